'use client'

import { Skeleton, Stack, Text, Title } from '@mantine/core'
import { parseAsString, useQueryState } from 'nuqs'
import { ErrorNotice } from '@/components/ui/error-notice'
import { MessagePage } from '@/components/ui/message-page'
import { blankPreset } from '@/lib/presets/draft'
import { copyName, type FullPreset, type Preset } from '@/lib/presets/preset'
import { createPreset } from '@/lib/presets/queries'
import { PresetEditor } from './preset-editor'
import { usePresets } from './use-presets'

/** A new preset, or one that begins as a copy of another: `?from=web`. */
export function NewPresetPage() {
  const [from] = useQueryState('from', parseAsString)
  const { data: presets, error, refetch } = usePresets()
  const start = presets && startOf(presets, from)
  if (error && !presets) {
    return (
      <ErrorNotice
        title="The presets could not be read"
        error={error}
        onRetry={() => void refetch()}
      />
    )
  }
  if (start === null) {
    return (
      <MessagePage
        title={`There is no preset ${from}`}
        action={{ label: 'Go to the presets', href: '/presets' }}
      >
        It was deleted, or it is somebody else’s. Duplicate another one.
      </MessagePage>
    )
  }
  return (
    <Stack gap="md" py="md">
      <div>
        <Title order={1} size="h2">
          {from ? `A copy of ${from}` : 'New preset'}
        </Title>
        <Text c="dimmed">What is not allowed is told at its field when you save.</Text>
      </div>
      {start ? (
        <PresetEditor
          key={start.name}
          initial={start}
          nameFixed={false}
          submitLabel="Create the preset"
          done={(name) => `The preset ${name} was created.`}
          save={createPreset}
        />
      ) : (
        <Skeleton height={400} />
      )}
    </Stack>
  )
}

/** Null where there is no preset of the name. */
function startOf(presets: Preset[], from: string | null): FullPreset | null {
  if (!from) return blankPreset()
  const original = presets.find((preset) => preset.name === from)
  if (!original) return null
  const taken = presets.map((preset) => preset.name)
  return { ...original.spec, name: copyName(from, taken) }
}
