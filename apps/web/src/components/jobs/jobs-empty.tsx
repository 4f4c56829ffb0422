'use client'

import { Button, Paper, Stack, Text } from '@mantine/core'
import Link from 'next/link'

/** An empty list: because nothing was uploaded yet, or because nothing fits the filters. */
export function JobsEmpty({ narrowed, onClear }: { narrowed: boolean; onClear: () => void }) {
  return (
    <Paper withBorder p="xl" bg="var(--vidmill-surface)">
      <Stack align="center" gap="sm" py="xl" ta="center">
        <Text fw={600} fz="lg">
          {narrowed ? 'No job matches' : 'No jobs yet'}
        </Text>
        <Text c="dimmed">
          {narrowed
            ? 'Look for another file name, or take a filter away.'
            : 'Upload a video, and its transcode appears here.'}
        </Text>
        {narrowed ? (
          <Button variant="default" onClick={onClear}>
            Clear the filters
          </Button>
        ) : (
          <Button component={Link} href="/upload">
            Upload a video
          </Button>
        )}
      </Stack>
    </Paper>
  )
}
