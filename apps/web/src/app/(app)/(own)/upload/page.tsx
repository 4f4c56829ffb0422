import type { Metadata } from 'next'
import { UploadPage } from '@/components/upload/upload-page'
import { firstAnswer } from '@/lib/graphql/on-server'
import { fetchPresetNames } from '@/lib/presets/preset-names'
import { fetchQuotas } from '@/lib/upload/queries'

export const metadata: Metadata = { title: 'Upload' }

export default async function Page() {
  const [presets, quotas] = await Promise.all([
    firstAnswer(fetchPresetNames),
    firstAnswer(fetchQuotas),
  ])
  return <UploadPage presets={presets} quotas={quotas} />
}
