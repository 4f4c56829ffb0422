'use client'

import { Paper } from '@mantine/core'
import { useSearchParams } from 'next/navigation'
import { useEffect, useState } from 'react'
import { readSettings, type UploadSettings } from '@/lib/upload/settings'
import { PresetField, PrivacyField } from './settings-fields'
import classes from './upload.module.css'

const KEY = 'vidmill:upload-settings'

/**
 * What new files begin with, remembered in this browser; a title is each file's own. The address may
 * name a preset, `?preset=mobile`, which counts until something else is chosen.
 */
export function useUploadDefaults() {
  const named = useSearchParams().get('preset')
  const [preset, setPreset] = useState(named)
  const [remembered, setRemembered] = useState(readSettings(null))
  useEffect(() => setRemembered(readStored()), [])
  const change = (some: Partial<UploadSettings>) => {
    // Onto what is stored: a choice may be made before that was read.
    const settings = { ...readStored(), ...(preset && { preset }), ...some }
    setPreset(null)
    setRemembered(settings)
    store(settings)
  }
  return [preset ? { ...remembered, preset } : remembered, change] as const
}

function readStored(): UploadSettings {
  try {
    return { ...readSettings(JSON.parse(localStorage.getItem(KEY) ?? 'null')), title: '' }
  } catch {
    return readSettings(null)
  }
}

function store(settings: UploadSettings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings))
  } catch {
    // A browser that keeps nothing remembers it as long as the page is open.
  }
}

interface UploadDefaultsProps {
  settings: UploadSettings
  onChange: (change: Partial<UploadSettings>) => void
}

export function UploadDefaults({ settings, onChange }: UploadDefaultsProps) {
  return (
    <Paper withBorder p="md" bg="var(--vidmill-surface)" role="group" aria-label="For new files">
      <div className={classes.fields}>
        <PresetField settings={settings} onChange={onChange} of="new files" />
        <PrivacyField settings={settings} onChange={onChange} of="new files" />
      </div>
    </Paper>
  )
}
