'use client'

import { useServices } from '@/components/providers/services'
import { SecretLine, ShownOnce } from '@/components/ui/shown-once'
import type { NewApiKey } from '@/lib/account/api-keys'

/** A key that was just made, and how it is used. */
export function NewKeyShown({ apiKey, onClose }: { apiKey: NewApiKey; onClose: () => void }) {
  const { apiUrl } = useServices().config
  return (
    <ShownOnce
      title={`The key ${apiKey.name} is made`}
      what="API key"
      secret={apiKey.key}
      onClose={onClose}
    >
      <SecretLine
        caption="Try it"
        value={`curl -H 'X-API-Key: ${apiKey.key}' ${apiUrl}/api/v1/jobs`}
        what="the curl command"
      />
    </ShownOnce>
  )
}
