'use client'

import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import Link from 'next/link'
import { ErrorNotice } from '@/components/ui/error-notice'
import type { Preset } from '@/lib/presets/preset'
import { PresetCard } from './preset-card'
import classes from './presets.module.css'
import { usePresets } from './use-presets'

export function PresetsPage() {
  const { data: presets, error, refetch } = usePresets()
  const own = presets?.filter((preset) => !preset.builtIn)
  const builtIn = presets?.filter((preset) => preset.builtIn)
  return (
    <Stack gap="lg" py="md">
      <Group justify="space-between">
        <div>
          <Title order={1} size="h2">
            Presets
          </Title>
          <Text c="dimmed">What a job makes of a video, under a name.</Text>
        </div>
        <Button
          component={Link}
          href="/presets/new"
          leftSection={<IconPlus size={16} aria-hidden="true" />}
        >
          New preset
        </Button>
      </Group>
      {error && (
        <ErrorNotice
          title={presets ? 'The list is not up to date' : 'The presets could not be read'}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {!presets && !error && (
        <div className={classes.grid} aria-busy="true">
          <Skeleton height={200} radius="md" />
          <Skeleton height={200} radius="md" />
        </div>
      )}
      {own && (
        <PresetList
          title="Yours"
          presets={own}
          none="None yet. Duplicate a built-in one and change what you want, or begin a new one."
        />
      )}
      {builtIn && <PresetList title="Built in" presets={builtIn} none="There are none." />}
    </Stack>
  )
}

interface PresetListProps {
  title: string
  presets: Preset[]
  none: string
}

function PresetList({ title, presets, none }: PresetListProps) {
  return (
    <Stack gap="sm" component="section" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      {presets.length === 0 ? (
        <Text c="dimmed" size="sm">
          {none}
        </Text>
      ) : (
        <ul className={classes.grid}>
          {presets.map((preset) => (
            <PresetCard key={preset.name} preset={preset} />
          ))}
        </ul>
      )}
    </Stack>
  )
}
