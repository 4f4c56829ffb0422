'use client'

import { Button, Group, Paper, Title } from '@mantine/core'
import { confirm } from '@/components/ui/dialogs'
import type { UploadEngine } from '@/lib/upload/engine'
import type { UploadItem } from '@/lib/upload/upload-item'
import { UploadRow } from './upload-row'

export function UploadList({ engine, items }: { engine: UploadEngine; items: UploadItem[] }) {
  const pausable = items.some((item) => item.canPause)
  const resumable = items.some((item) => item.state === 'paused' || item.state === 'failed')
  const finished = items.filter((item) => item.state === 'done').length
  return (
    <section aria-labelledby="uploads-title">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4" id="uploads-title">
          Your uploads
        </Title>
        <Group gap="xs">
          {items.length > 1 && pausable && (
            <Button size="compact-sm" variant="default" onClick={() => engine.pauseAll()}>
              Pause all
            </Button>
          )}
          {items.length > 1 && resumable && (
            <Button size="compact-sm" variant="default" onClick={() => engine.resumeAll()}>
              Resume all
            </Button>
          )}
          {items.length > 1 && finished < items.length && (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => askToRemove(items, () => engine.removeAll())}
            >
              Remove all
            </Button>
          )}
          {finished > 0 && (
            <Button size="compact-sm" variant="default" onClick={() => engine.clearFinished()}>
              Clear finished
            </Button>
          )}
        </Group>
      </Group>
      <Paper
        withBorder
        bg="var(--vidmill-surface)"
        component="ul"
        p={0}
        m={0}
        style={{ listStyle: 'none' }}
      >
        {items.map((item) => (
          <UploadRow key={item.id} item={item} engine={engine} detailed />
        ))}
      </Paper>
      <span role="status" className="visually-hidden">
        {finished > 0 && `${finished} of ${items.length} uploaded`}
      </span>
    </section>
  )
}

/** What has arrived stays; what is on its way is thrown away, in the server too. */
function askToRemove(items: UploadItem[], run: () => void): void {
  const unfinished = items.filter((item) => item.state !== 'done')
  const [first] = unfinished
  confirm({
    title:
      unfinished.length === 1 && first
        ? `Remove the upload of ${first.name}?`
        : `Remove ${unfinished.length} uploads that are not finished?`,
    text: 'What was sent of them is thrown away. Finished uploads stay where they are, and only leave this list.',
    action: 'Remove all',
    onConfirm: run,
  })
}
