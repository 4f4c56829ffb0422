'use client'

import { Paper, SimpleGrid } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { readSettings, type UploadSettings } from '@/lib/upload/settings'
import { PresetField, PrivacyField } from './settings-fields'

/** What new files begin with, remembered in this browser; a title is each file's own. */
export function useUploadDefaults() {
  return useLocalStorage<UploadSettings>({
    key: 'vidmill:upload-settings',
    defaultValue: readSettings(null),
    getInitialValueInEffect: true,
    deserialize: (value) => ({ ...readSettings(parse(value)), title: '' }),
  })
}

function parse(value: string | undefined): unknown {
  try {
    return JSON.parse(value ?? 'null')
  } catch {
    return null
  }
}

interface UploadDefaultsProps {
  settings: UploadSettings
  onChange: (settings: UploadSettings) => void
}

export function UploadDefaults({ settings, onChange }: UploadDefaultsProps) {
  const change = (some: Partial<UploadSettings>) => onChange({ ...settings, ...some })
  return (
    <Paper withBorder p="md" bg="var(--vidmill-surface)" role="group" aria-label="For new files">
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <PresetField settings={settings} onChange={change} of="new files" />
        <PrivacyField settings={settings} onChange={change} of="new files" />
      </SimpleGrid>
    </Paper>
  )
}
