import type { Metadata } from 'next'
import { EditPage } from '@/components/videos/edit-page'

export const metadata: Metadata = { title: 'Edit video' }

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return <EditPage id={id} />
}
