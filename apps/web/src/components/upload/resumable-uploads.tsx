'use client'

import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useReducer } from 'react'
import { complain } from '@/components/ui/notices'
import type { UploadEngine } from '@/lib/upload/engine'
import type { ResumableUpload } from '@/lib/upload/resume-store'
import { percentOf, type UploadItem } from '@/lib/upload/upload-item'
import { ChooseFiles } from './choose-files'

interface ResumableUploadsProps {
  engine: UploadEngine
  /** The list on the page; an upload that is in it is not offered a second time. */
  items: UploadItem[]
  onFiles: (files: File[]) => void
}

/** Uploads of an earlier visit. A page may not open files by itself, so the person picks them again. */
export function ResumableUploads({ engine, items, onFiles }: ResumableUploadsProps) {
  const [, refresh] = useReducer((count: number) => count + 1, 0)
  // Read anew whenever the list changes, which is what the property is for.
  const uploads = items && engine.listResumable()
  if (uploads.length === 0) return null

  const discard = (upload: ResumableUpload) => {
    const done = engine.forget(upload)
    refresh()
    done.catch(complain('Not discarded on the server'))
  }
  return (
    <section aria-labelledby="resumable-title">
      <Title order={2} size="h4" mb="xs" id="resumable-title">
        Unfinished uploads
      </Title>
      <Stack gap="xs">
        {uploads.map((upload) => (
          <Paper key={upload.uploadId} withBorder p="sm" bg="var(--vidmill-surface)">
            <Group justify="space-between">
              <Text style={{ overflowWrap: 'anywhere' }}>
                Reselect <strong>{upload.name}</strong> to {whereFrom(upload)}
              </Text>
              <Group gap="xs">
                <ChooseFiles
                  small
                  text="Reselect file"
                  label={`Reselect ${upload.name}`}
                  onFiles={onFiles}
                />
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={`Discard the upload of ${upload.name}`}
                  onClick={() => discard(upload)}
                >
                  Discard
                </Button>
              </Group>
            </Group>
          </Paper>
        ))}
      </Stack>
    </section>
  )
}

function whereFrom({ bytesUploaded, size }: ResumableUpload): string {
  const percent = percentOf(bytesUploaded, size)
  return percent > 0 ? `continue at ${percent} %` : 'start it again'
}
