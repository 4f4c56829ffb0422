'use client'

import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useServices } from '@/components/providers/services'
import { type FieldErrors, fieldErrorsOf } from '@/lib/presets/field-errors'
import type { FullPreset } from '@/lib/presets/preset'
import type { RestClient } from '@/lib/rest/client'
import { PresetForm } from './preset-form'
import { PRESETS_KEY } from './use-presets'

interface PresetEditorProps {
  initial: FullPreset
  nameFixed: boolean
  submitLabel: string
  /** What is said when it is saved. */
  done: (name: string) => string
  save: (rest: RestClient, preset: FullPreset) => Promise<string>
}

/** A preset while somebody works on it; once saved, it is back to the list. */
export function PresetEditor({ initial, nameFixed, submitLabel, done, save }: PresetEditorProps) {
  const { rest } = useServices()
  const queries = useQueryClient()
  const router = useRouter()
  const [draft, setDraft] = useState(initial)
  const [errors, setErrors] = useState<FieldErrors>({})
  const saving = useMutation({
    mutationFn: () => save(rest, draft),
    onSuccess: async (name) => {
      notifications.show({ message: done(name) })
      router.push('/presets')
      await queries.invalidateQueries({ queryKey: PRESETS_KEY })
    },
    onError: (error) => setErrors(fieldErrorsOf(error)),
  })
  const submit = () => {
    setErrors({})
    saving.mutate()
  }
  return (
    <PresetForm
      value={draft}
      onChange={setDraft}
      errors={errors}
      busy={saving.isPending}
      nameFixed={nameFixed}
      submitLabel={submitLabel}
      onSubmit={submit}
    />
  )
}
