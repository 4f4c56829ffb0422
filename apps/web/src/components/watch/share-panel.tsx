'use client'

import { Stack, Text, Textarea, TextInput } from '@mantine/core'
import { CopyButton } from '@/components/ui/copy-button'
import { Section } from '@/components/ui/section'
import { embedCode } from '@/lib/videos/share'
import { type WatchedVideo, watchPath } from '@/lib/videos/video'

const NOTES = {
  public: null,
  unlisted: 'Everybody who has the link can watch it. It is in no list and no search.',
  private: 'Only you can open it. Make it unlisted or public to share it.',
}

/** Everything that can be passed on, each copied with one click. */
export function SharePanel({ video, webUrl }: { video: WatchedVideo; webUrl: string }) {
  const shared = video.visibility !== 'private'
  const note = NOTES[video.visibility]
  const hlsUrl = video.playback?.hlsUrl
  return (
    <Section title="Share">
      <Stack gap="sm">
        {note && (
          <Text size="sm" c="dimmed">
            {note}
          </Text>
        )}
        <LinkField label="Link" value={`${webUrl}${watchPath(video.id)}`} />
        {shared && <EmbedField value={embedCode(webUrl, video)} />}
        {hlsUrl && (
          <LinkField
            label="HLS address"
            value={hlsUrl}
            description={shared ? undefined : 'It ends after a while.'}
          />
        )}
        <LinkField label="Video id" value={video.id} />
      </Stack>
    </Section>
  )
}

interface FieldProps {
  label: string
  value: string
  description?: string
}

function LinkField({ label, value, description }: FieldProps) {
  return (
    <TextInput
      label={label}
      description={description}
      value={value}
      readOnly
      onFocus={(event) => event.currentTarget.select()}
      rightSection={<CopyButton value={value} what={`the ${lowerFirst(label)}`} />}
    />
  )
}

function EmbedField({ value }: { value: string }) {
  return (
    <Textarea
      label="Embed code"
      value={value}
      readOnly
      rows={3}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 } }}
      onFocus={(event) => event.currentTarget.select()}
      rightSection={<CopyButton value={value} what="the embed code" />}
    />
  )
}

function lowerFirst(label: string): string {
  return label === 'HLS address' ? label : label.toLowerCase()
}
