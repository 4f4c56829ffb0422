'use client'

import { Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { notifications } from '@mantine/notifications'
import { messageOf } from '@/lib/rest/problem'

interface Question {
  /** Names the object: "Clear 3 letters of corrupt_file away?" */
  title: string
  text: string
  action: string
  /** What the other button says. */
  keep?: string
  /** Whether something is lost. */
  destructive?: boolean
  onConfirm: () => void
}

/** Asks before something that concerns others or can't be undone. */
export function confirm({ title, text, action, keep, destructive = true, onConfirm }: Question) {
  modals.openConfirmModal({
    title,
    children: <Text size="sm">{text}</Text>,
    labels: { confirm: action, cancel: keep ?? 'Cancel' },
    confirmProps: { color: destructive ? 'red.8' : undefined },
    closeButtonProps: { 'aria-label': 'Close' },
    onConfirm,
  })
}

/** For `onError` of a mutation: what did not happen, and why. */
export function complain(title: string) {
  return (error: unknown) => {
    notifications.show({ color: 'red', title, message: messageOf(error), role: 'alert' })
  }
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}
