'use client'

import { Modal, type ModalProps } from '@mantine/core'
import { useLayoutEffect } from 'react'

type DialogProps = Omit<ModalProps, 'opened' | 'returnFocus'>

/** A modal that is open for as long as it is rendered, and then gives the focus back. */
export function Dialog(props: DialogProps) {
  useFocusBack()
  return (
    <Modal
      opened
      returnFocus={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
      // A phone has no room to give away above and below.
      yOffset="clamp(0.75rem, 4vw, 5dvh)"
      {...props}
    />
  )
}

/** To what opened the dialog; if that has gone meanwhile, to the page's content. */
function useFocusBack(): void {
  useLayoutEffect(() => {
    const opener = document.activeElement
    return () => {
      const back = opener?.isConnected ? opener : document.getElementById('content')
      if (back instanceof HTMLElement) back.focus({ preventScroll: true })
    }
  }, [])
}
