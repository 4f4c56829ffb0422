'use client'

import { Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import type { ReactNode } from 'react'

/** What is to be opened as soon as there is something that draws dialogs. */
let waiting: (() => void) | null = null
let ready = false
const listeners = new Set<() => void>()

function wait(open: (() => void) | null): void {
  waiting = open
  for (const listener of listeners) listener()
}

function show(open: () => void): void {
  if (ready) open()
  else wait(open)
}

/** For what draws the dialogs, which comes with the first of them. */
export const dialogHost = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  isWaitedFor: () => waiting !== null,
  begin(): void {
    ready = true
    waiting?.()
    wait(null)
  },
  end(): void {
    ready = false
  },
  /** It could not be fetched. What was asked must not come up some time later. */
  fail: () => wait(null),
}

interface Question {
  /** Names the object: "Clear 3 letters of corrupt_file away?" */
  title: string
  /** What happens then. */
  text: ReactNode
  /** On the button that does it. */
  action: string
  /** What the other button says. */
  keep?: string
  /** Whether something is lost. */
  destructive?: boolean
  onConfirm: () => void
}

/** Asks before something that concerns others or can't be undone. */
export function confirm({ title, text, action, keep, destructive = true, onConfirm }: Question) {
  show(() =>
    modals.openConfirmModal({
      title,
      children: typeof text === 'string' ? <Text size="sm">{text}</Text> : text,
      labels: { confirm: action, cancel: keep ?? 'Keep it' },
      confirmProps: { color: destructive ? 'red.8' : undefined },
      closeButtonProps: { 'aria-label': 'Close' },
      onConfirm,
    }),
  )
}

/** Opens a form over the page; `closeDialog(id)` closes it. */
export function openDialog(id: string, title: string, children: ReactNode): void {
  show(() =>
    modals.open({ modalId: id, title, children, closeButtonProps: { 'aria-label': 'Close' } }),
  )
}

export function closeDialog(id: string): void {
  modals.close(id)
}
