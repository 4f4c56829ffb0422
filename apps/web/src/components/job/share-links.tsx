'use client'

import { Stack, TextInput } from '@mantine/core'
import { CopyButton } from '@/components/ui/copy-button'
import { Section } from '@/components/ui/section'
import type { Playback } from '@/lib/jobs/job'

export function ShareLinks({ playback }: { playback: Playback }) {
  return (
    <Section title="Play it elsewhere">
      <Stack gap="xs">
        {playback.hlsUrl && <LinkField label="HLS" value={playback.hlsUrl} />}
        {playback.dashUrl && <LinkField label="DASH" value={playback.dashUrl} />}
      </Stack>
    </Section>
  )
}

function LinkField({ label, value }: { label: string; value: string }) {
  return (
    <TextInput
      label={`${label} address`}
      value={value}
      readOnly
      size="sm"
      onFocus={(event) => event.currentTarget.select()}
      rightSection={<CopyButton value={value} what={`the ${label} address`} />}
    />
  )
}
