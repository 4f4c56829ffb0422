'use client'

import { notificationsStore } from '@mantine/notifications'
import { type ComponentType, useEffect, useState, useSyncExternalStore } from 'react'
import { dialogHost } from '@/components/ui/dialogs'
import classes from './feedback.module.css'

const countNotices = () => notificationsStore.getState().notifications.length

/**
 * Dialogs and notices. What draws them is fetched when the first is to be shown: it is an eighth of
 * what a page of the gallery may weigh. If it cannot be fetched, the next one tries again.
 */
export function Feedback() {
  const asked = useSyncExternalStore(dialogHost.subscribe, dialogHost.isWaitedFor, () => false)
  const notices = useSyncExternalStore(notificationsStore.subscribe, countNotices, () => 0)
  const [Host, setHost] = useState<ComponentType | null>(null)
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    if (Host || !(asked || notices > 0)) return
    import('./feedback-host').then(
      (module) => setHost(() => module.default),
      () => {
        dialogHost.fail()
        setFailed(true)
      },
    )
  }, [asked, notices, Host])
  if (Host) return <Host />
  return (
    failed && (
      <p role="alert" className={classes.failed}>
        A part of this page could not be fetched. Check the connection, then try again.
      </p>
    )
  )
}
