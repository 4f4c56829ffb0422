'use client'

import { useServices } from '@/components/providers/services'
import { ReplaceForm } from '@/components/ui/replace-form'
import { type ApiKey, type NewApiKey, rotateApiKey } from '@/lib/account/api-keys'

interface RotateFormProps {
  apiKey: ApiKey
  onMade: (key: NewApiKey) => void
  onClose: () => void
}

export function RotateForm({ apiKey, onMade, onClose }: RotateFormProps) {
  const { rest } = useServices()
  return (
    <ReplaceForm
      what="key"
      title={`Replace the key ${apiKey.name}`}
      text="You get a new key with the same name, rights and end. Both work until you have given it to all programs."
      label={`The old key, ${apiKey.prefix}…`}
      does="Works"
      longest={2_592_000}
      replace={async (seconds) => onMade(await rotateApiKey(rest, apiKey.id, seconds))}
      onClose={onClose}
    />
  )
}
