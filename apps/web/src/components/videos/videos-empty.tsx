'use client'

import { Button, Paper, Stack, Text } from '@mantine/core'
import Link from 'next/link'

/** An empty list: because nothing was uploaded yet, or because nothing fits the filters. */
export function VideosEmpty({ narrowed, onClear }: { narrowed: boolean; onClear: () => void }) {
  return (
    <Paper withBorder p="xl" bg="var(--vidmill-surface)">
      <Stack align="center" gap="sm" py="xl" ta="center">
        <Text fw={600} fz="lg">
          {narrowed ? 'No video matches' : 'No videos yet'}
        </Text>
        <Text c="dimmed">
          {narrowed
            ? 'Look for other words, or in another visibility.'
            : 'Upload one: it is private until you say otherwise.'}
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
