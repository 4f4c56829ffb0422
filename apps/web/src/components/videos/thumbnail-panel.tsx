'use client'

import { Alert, Button, FileButton, Group, Stack, Text } from '@mantine/core'
import { IconMovie, IconPhotoUp } from '@tabler/icons-react'
import { Section } from '@/components/ui/section'
import { messageOf } from '@/lib/rest/problem'
import type { EditableVideo } from '@/lib/videos/actions'
import { PICTURE_TYPES } from '@/lib/videos/picture'
import { useThumbnail } from './use-thumbnail'
import classes from './videos.module.css'

/** The picture that stands for the video: one of its own stills, or one that its owner sends. */
export function ThumbnailPanel({ video }: { video: EditableVideo }) {
  const { preview, send, remove, choose, refusal } = useThumbnail(video)
  const custom = video.own?.thumbnail ?? null
  const problem = refusal ?? (send.error ? messageOf(send.error) : null)
  return (
    <Section title="Thumbnail">
      <Stack gap="sm">
        <Preview src={preview} />
        <Text size="sm" role="status" c="dimmed">
          {stateText(video, send.isPending)}
        </Text>
        {custom?.status === 'failed' && (
          <Alert color="red" role="alert" title="The picture could not be used">
            {custom.detail ?? 'Send another one.'}
          </Alert>
        )}
        {problem && (
          <Alert color="red" role="alert" title="The picture was not taken">
            {problem}
          </Alert>
        )}
        <Group gap="xs">
          <FileButton accept={PICTURE_TYPES.join(',')} onChange={choose}>
            {(props) => (
              <Button
                {...props}
                variant="default"
                loading={send.isPending}
                leftSection={<IconPhotoUp size={16} aria-hidden="true" />}
              >
                {custom ? 'Send another picture' : 'Send a picture'}
              </Button>
            )}
          </FileButton>
          {custom && (
            <Button variant="default" loading={remove.isPending} onClick={() => remove.mutate()}>
              Remove mine
            </Button>
          )}
        </Group>
      </Stack>
    </Section>
  )
}

function Preview({ src }: { src: string | null }) {
  if (src) return <img src={src} alt="Thumbnail of this video" className={classes.preview} />
  return (
    <div className={classes.preview}>
      <IconMovie size={32} aria-hidden="true" />
    </div>
  )
}

function stateText(video: EditableVideo, sending: boolean): string {
  const status = video.own?.thumbnail?.status
  if (sending) return 'Being sent…'
  if (status === 'pending') {
    return video.playback ? 'Being prepared…' : 'It is used as soon as the video can be played.'
  }
  if (status === 'ready') return 'Your own picture.'
  return 'A still of the video. A picture of your own may be a JPEG, PNG or WebP of up to 5 MB.'
}
