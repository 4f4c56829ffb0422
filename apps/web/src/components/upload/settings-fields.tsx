'use client'

import { NativeSelect, TextInput } from '@mantine/core'
import { usePresetNames } from '@/components/presets/use-preset-names'
import { useEarlyInput } from '@/components/ui/use-early-input'
import { MAX_TITLE, type UploadSettings, type Visibility } from '@/lib/upload/settings'

const VISIBILITY_NAMES: { value: Visibility; label: string }[] = [
  { value: 'private', label: 'Private: you alone' },
  { value: 'unlisted', label: 'Unlisted: who has the link' },
  { value: 'public', label: 'Public: everybody' },
]

interface FieldProps {
  settings: UploadSettings
  onChange: (change: Partial<UploadSettings>) => void
  /** Ends each label for those who hear it: "Preset of clip.mp4". */
  of: string
}

export function PresetField({ settings, onChange, of }: FieldProps) {
  const { data: presets = [] } = usePresetNames()
  const names = presets.map(({ name }) => name)
  if (!names.includes(settings.preset)) names.unshift(settings.preset)
  const chosen = presets.find(({ name }) => name === settings.preset)
  const choose = (preset: string) => onChange({ preset })
  const field = useEarlyInput<HTMLSelectElement>(settings.preset, choose)
  return (
    <NativeSelect
      ref={field}
      label="Preset"
      aria-label={`Preset of ${of}`}
      description={chosen?.description || 'What is made of the video'}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      // One that was deleted may be remembered still, or stand in a link.
      error={
        presets.length > 0 && !chosen && `There is no preset ${settings.preset}. Choose another.`
      }
      size="sm"
      data={names}
      value={settings.preset}
      onChange={(event) => choose(event.currentTarget.value)}
    />
  )
}

export function PrivacyField({ settings, onChange, of }: FieldProps) {
  const choose = (value: string) => onChange({ visibility: value as Visibility })
  const field = useEarlyInput<HTMLSelectElement>(settings.visibility, choose)
  return (
    <NativeSelect
      ref={field}
      label="Privacy"
      aria-label={`Privacy of ${of}`}
      description="Who may watch it"
      inputWrapperOrder={['label', 'input', 'description']}
      size="sm"
      data={VISIBILITY_NAMES}
      value={settings.visibility}
      onChange={(event) => choose(event.currentTarget.value)}
    />
  )
}

export function TitleField({ settings, onChange, of }: FieldProps) {
  return (
    <TextInput
      label="Title"
      aria-label={`Title of ${of}`}
      placeholder={of.replace(/\.[^.]+$/, '')}
      maxLength={MAX_TITLE}
      size="sm"
      value={settings.title}
      onChange={(event) => onChange({ title: event.currentTarget.value })}
    />
  )
}

export function visibilityName(visibility: Visibility): string {
  return visibility.charAt(0).toUpperCase() + visibility.slice(1)
}
