'use client'

import { ModalsProvider } from '@mantine/modals'
import { Notifications } from '@mantine/notifications'
import { useEffect } from 'react'
import { dialogHost } from '@/components/ui/dialogs'
import { Reads } from './reads'

/** Draws the dialogs and the notices. */
export default function FeedbackHost() {
  // The provider below listens by then: effects run from the inside out.
  useEffect(() => {
    dialogHost.begin()
    return dialogHost.end
  }, [])
  return (
    // Forms in dialogs read, wherever in the page they were opened.
    <Reads>
      <ModalsProvider>
        <Notifications position="bottom-left" />
      </ModalsProvider>
    </Reads>
  )
}
