'use client'

import { IconUpload } from '@tabler/icons-react'
import { useSession } from '@/components/providers/session-provider'
import { LinkButton } from '@/components/ui/link-button'

/** For who may upload. */
export function UploadLink() {
  const { data: user } = useSession()
  if (!user) return null
  return (
    <LinkButton href="/upload">
      <IconUpload size={16} aria-hidden="true" />
      Upload
    </LinkButton>
  )
}
