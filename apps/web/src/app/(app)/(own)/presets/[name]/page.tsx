import type { Metadata } from 'next'
import { EditPresetPage } from '@/components/presets/edit-preset-page'

interface PageProps {
  params: Promise<{ name: string }>
}

export const metadata: Metadata = { title: 'Change a preset' }

export default async function Page({ params }: PageProps) {
  const { name } = await params
  return <EditPresetPage name={decodeURIComponent(name)} />
}
