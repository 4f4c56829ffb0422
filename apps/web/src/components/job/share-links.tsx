'use client'

import { Stack, TextInput } from '@mantine/core'
import { useServices } from '@/components/providers/services'
import { CopyButton } from '@/components/ui/copy-button'
import { Section } from '@/components/ui/section'
import type { Playback } from '@/lib/jobs/job'

interface ShareLinksProps {
  jobId: string
  playback: Playback
}

export function ShareLinks({ jobId, playback }: ShareLinksProps) {
  const { apiUrl } = useServices().config
  return (
    <Section title="Play it elsewhere">
      <Stack gap="xs">
        {playback.hlsUrl && <LinkField label="HLS address" value={playback.hlsUrl} />}
        {playback.dashUrl && <LinkField label="DASH address" value={playback.dashUrl} />}
        <LinkField
          label="cURL command"
          value={`curl -H "X-API-Key: $VIDMILL_API_KEY" ${apiUrl}/api/v1/jobs/${jobId}`}
        />
      </Stack>
    </Section>
  )
}

function LinkField({ label, value }: { label: string; value: string }) {
  return (
    <TextInput
      label={label}
      value={value}
      readOnly
      size="sm"
      onFocus={(event) => event.currentTarget.select()}
      rightSection={<CopyButton value={value} what={`the ${label}`} />}
    />
  )
}
