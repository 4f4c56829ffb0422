'use client'

import { Skeleton, Stack, Title } from '@mantine/core'
import { ErrorNotice } from '@/components/ui/error-notice'
import { MessagePage } from '@/components/ui/message-page'
import { replacePreset } from '@/lib/presets/queries'
import { PresetEditor } from './preset-editor'
import { usePresets } from './use-presets'

export function EditPresetPage({ name }: { name: string }) {
  const { data: presets, error, refetch } = usePresets()
  const preset = presets?.find((one) => one.name === name)
  if (!presets) {
    return error ? (
      <ErrorNotice
        title="The preset could not be read"
        error={error}
        onRetry={() => void refetch()}
      />
    ) : (
      <Skeleton height={400} mt="md" />
    )
  }
  if (!preset) {
    return (
      <MessagePage
        title="There is no such preset"
        action={{ label: 'Go to the presets', href: '/presets' }}
      >
        It was deleted, or it is somebody else’s.
      </MessagePage>
    )
  }
  if (preset.builtIn) {
    return (
      <MessagePage
        title={`${name} is built in`}
        action={{ label: 'Duplicate it', href: `/presets/new?from=${encodeURIComponent(name)}` }}
      >
        It stays as it is for everybody. Make a copy, and change that.
      </MessagePage>
    )
  }
  return (
    <Stack gap="md" py="md">
      <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
        Change {name}
      </Title>
      <PresetEditor
        key={name}
        initial={preset.spec}
        nameFixed
        submitLabel="Save the preset"
        done={() => `The preset ${name} was changed. Jobs posted before keep what it was then.`}
        save={replacePreset}
      />
    </Stack>
  )
}
