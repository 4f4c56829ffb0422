'use client'

import { Button, Checkbox, Group, Text } from '@mantine/core'
import { VISIBILITIES } from '@/lib/videos/video'
import type { Selection } from './use-selection'
import { useVideoActions } from './use-video-actions'
import { visibilityLabel } from './visibility'

/** What can be done with all chosen videos at once. */
export function BulkBar({ selection }: { selection: Selection }) {
  const { setVisibility, confirmDelete } = useVideoActions()
  const { chosen, all, toggleAll, clear } = selection
  const count = chosen.length
  return (
    <Group gap="sm" mih={36} px="1rem">
      <Checkbox
        label="Select all"
        checked={all}
        indeterminate={count > 0 && !all}
        onChange={toggleAll}
      />
      <Text size="sm" role="status">
        {count > 0 && `${count} selected`}
      </Text>
      {count > 0 && (
        <Group gap="xs" role="group" aria-label="With the selected videos">
          {VISIBILITIES.map((each) => (
            <Button
              key={each}
              size="compact-sm"
              variant="default"
              onClick={() => setVisibility(chosen, each)}
            >
              Make {visibilityLabel(each).toLowerCase()}
            </Button>
          ))}
          <Button
            size="compact-sm"
            variant="default"
            c="var(--mantine-color-error)"
            onClick={() => confirmDelete(chosen, clear)}
          >
            Delete
          </Button>
        </Group>
      )}
    </Group>
  )
}
