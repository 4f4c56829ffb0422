'use client'

import { Button, Group } from '@mantine/core'

interface FormButtonsProps {
  /** Says what is done, and to what: "Create the key". */
  label: string
  busy: boolean
  onCancel: () => void
}

/** The end of a form in a dialog. */
export function FormButtons({ label, busy, onCancel }: FormButtonsProps) {
  return (
    <Group justify="end">
      <Button variant="default" onClick={onCancel}>
        Cancel
      </Button>
      <Button type="submit" loading={busy}>
        {label}
      </Button>
    </Group>
  )
}
