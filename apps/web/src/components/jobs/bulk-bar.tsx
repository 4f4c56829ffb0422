'use client'

import { Button, Group, Paper, Text } from '@mantine/core'
import { IconPlayerStop, IconReload, IconTrash, IconX } from '@tabler/icons-react'
import type { JobSummary } from '@/lib/jobs/job'
import classes from './jobs.module.css'
import { BULK_ACTIONS, type BulkAction } from './use-bulk-actions'

const ICONS = { cancel: IconPlayerStop, retry: IconReload, delete: IconTrash }

interface BulkBarProps {
  selected: JobSummary[]
  onAction: (action: BulkAction, jobs: JobSummary[]) => void
  onClear: () => void
}

/** What can be done with the jobs that are ticked; stays in sight while the list scrolls. */
export function BulkBar({ selected, onAction, onClear }: BulkBarProps) {
  return (
    <Paper
      withBorder
      shadow="sm"
      className={classes.bulk}
      role="toolbar"
      aria-label="Actions for the selected jobs"
    >
      <Text size="sm" fw={600} role="status">
        {`${selected.length.toLocaleString('en')} selected`}
      </Text>
      <Group gap="xs">
        {BULK_ACTIONS.map((action) => {
          const jobs = selected.filter(action.fits)
          if (jobs.length === 0) return null
          const Icon = ICONS[action.key]
          return (
            <Button
              key={action.key}
              size="compact-sm"
              variant="default"
              leftSection={<Icon size={14} aria-hidden="true" />}
              onClick={() => onAction(action, jobs)}
            >
              {`${action.label} ${jobs.length}`}
            </Button>
          )
        })}
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          c="var(--mantine-color-text)"
          leftSection={<IconX size={14} aria-hidden="true" />}
          onClick={onClear}
        >
          Clear
        </Button>
      </Group>
    </Paper>
  )
}
