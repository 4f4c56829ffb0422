'use client'

import { Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { notifications } from '@mantine/notifications'
import { messageOf } from '@/lib/rest/problem'

interface Question {
  /** Names the object. */
  title: string
  /** What happens then. */
  text: string
  /** On the button that does it. */
  action: string
  run: () => void
}

/** Asks before something that cannot be undone. */
export function confirmAction({ title, text, action, run }: Question): void {
  modals.openConfirmModal({
    title,
    children: <Text size="sm">{text}</Text>,
    labels: { confirm: action, cancel: 'Keep it' },
    confirmProps: { color: 'red.8' },
    closeButtonProps: { 'aria-label': 'Close' },
    onConfirm: run,
  })
}

/** For `onError`: says what did not happen, and why. */
export function complain(title: string): (error: unknown) => void {
  return (error) =>
    notifications.show({ color: 'red', title, message: messageOf(error), role: 'alert' })
}
