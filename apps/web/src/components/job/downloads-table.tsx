'use client'

import { Anchor, Table } from '@mantine/core'
import { Section } from '@/components/ui/section'
import { formatBytes } from '@/lib/format'
import type { Asset } from '@/lib/jobs/job'
import { useDownloadUrl } from './use-download-url'

const KINDS: Record<string, string> = {
  master_playlist: 'HLS master playlist',
  media_playlist: 'HLS playlist',
  dash_manifest: 'DASH manifest',
  audio: 'Audio',
  subtitles: 'Subtitles',
  transcript: 'Transcript',
  thumbnail: 'Thumbnail',
  storyboard: 'Storyboard',
  sprite: 'Storyboard pictures',
  preview: 'Animated preview',
  metadata: 'Metadata',
}

/** What names other files relatively is no use alone; MP4s stand with the renditions. */
const LISTED = ['audio', 'subtitles', 'transcript', 'preview', 'thumbnail', 'metadata']

export function DownloadsTable({ jobId, assets }: { jobId: string; assets: Asset[] }) {
  const download = useDownloadUrl(jobId)
  const listed = assets
    .filter((asset) => LISTED.includes(asset.kind))
    // So that thumb_100 follows thumb_75.
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
  if (listed.length === 0) return null
  return (
    <Section title="Other files">
      <Table verticalSpacing={6} aria-label="Other files">
        <Table.Tbody>
          {listed.map((asset) => (
            <Table.Tr key={asset.id}>
              <Table.Td>
                {/* The worker's names are short: whole on a phone too. */}
                <Anchor href={download(asset.id)} size="sm" style={{ whiteSpace: 'nowrap' }}>
                  {asset.name.split('/').at(-1)}
                </Anchor>
              </Table.Td>
              <Table.Td c="dimmed">{KINDS[asset.kind] ?? asset.kind}</Table.Td>
              <Table.Td ta="end" style={{ whiteSpace: 'nowrap' }}>
                {formatBytes(asset.sizeBytes)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}
