'use client'

import { Paper } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { useSearchParams } from 'next/navigation'
import { useState } from 'react'
import { readSettings, type UploadSettings } from '@/lib/upload/settings'
import { PresetField, PrivacyField } from './settings-fields'
import classes from './upload.module.css'

/**
 * What new files begin with, remembered in this browser; a title is each file's own. The address may
 * name a preset, `?preset=mobile`, which counts until something else is chosen.
 */
export function useUploadDefaults() {
  const named = useSearchParams().get('preset')
  const [preset, setPreset] = useState(named)
  const [remembered, remember] = useLocalStorage<UploadSettings>({
    key: 'vidmill:upload-settings',
    defaultValue: readSettings(null),
    getInitialValueInEffect: true,
    deserialize: (value) => ({ ...readSettings(parse(value)), title: '' }),
  })
  const change = (settings: UploadSettings) => {
    setPreset(null)
    remember(settings)
  }
  return [preset ? { ...remembered, preset } : remembered, change] as const
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
      <div className={classes.fields}>
        <PresetField settings={settings} onChange={change} of="new files" />
        <PrivacyField settings={settings} onChange={change} of="new files" />
      </div>
    </Paper>
  )
}
