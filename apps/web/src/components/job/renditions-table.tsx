'use client'

import { Button, Table, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { Section } from '@/components/ui/section'
import { codecLabel, formatBitrate, formatBytes, formatFrameRate } from '@/lib/format'
import type { Rendition } from '@/lib/jobs/job'
import { useDownloadUrl } from './use-download-url'

/** On a phone all but the quality and the download stands below the resolution instead of beside it. */
export function RenditionsTable({ jobId, renditions }: { jobId: string; renditions: Rendition[] }) {
  const measured = renditions.some(({ vmaf }) => vmaf !== null)
  const sorted = [...renditions].sort((a, b) => b.height * b.width - a.height * a.width)
  return (
    <Section title="Renditions">
      <Table verticalSpacing="xs" horizontalSpacing="sm" aria-label="Renditions">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Quality</Table.Th>
            <Table.Th scope="col">Resolution</Table.Th>
            <Table.Th scope="col" visibleFrom="xs">
              Codec
            </Table.Th>
            <Table.Th scope="col" ta="end" visibleFrom="xs">
              Bitrate
            </Table.Th>
            <Table.Th scope="col" ta="end" visibleFrom="xs">
              Size
            </Table.Th>
            {measured && (
              <Table.Th scope="col" ta="end">
                VMAF
              </Table.Th>
            )}
            <Table.Th scope="col" ta="end">
              MP4
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sorted.map((rendition) => (
            <RenditionRow
              key={rendition.id}
              jobId={jobId}
              rendition={rendition}
              measured={measured}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}

interface RowProps {
  jobId: string
  rendition: Rendition
  /** Whether there is a column for how good it is. */
  measured: boolean
}

function RenditionRow({ jobId, rendition, measured }: RowProps) {
  const { name, width, height, codec, fps, bitrateBps, sizeBytes, vmaf } = rendition
  return (
    <Table.Tr>
      <Table.Th scope="row">{name}</Table.Th>
      <Table.Td>
        {width} × {height}
        <Text span c="dimmed" size="sm" visibleFrom="xs">
          , {formatFrameRate(fps)}
        </Text>
        <Text c="dimmed" size="xs" hiddenFrom="xs">
          {codecLabel(codec)}, {formatFrameRate(fps)}, {formatBitrate(bitrateBps)},{' '}
          {formatBytes(sizeBytes)}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="xs">{codecLabel(codec)}</Table.Td>
      <Table.Td ta="end" visibleFrom="xs">
        {formatBitrate(bitrateBps)}
      </Table.Td>
      <Table.Td ta="end" visibleFrom="xs">
        {formatBytes(sizeBytes)}
      </Table.Td>
      {measured && <Table.Td ta="end">{vmaf?.toFixed(1) ?? '–'}</Table.Td>}
      <Table.Td ta="end">
        <DownloadButton jobId={jobId} rendition={rendition} />
      </Table.Td>
    </Table.Tr>
  )
}

function DownloadButton({ jobId, rendition }: { jobId: string; rendition: Rendition }) {
  const download = useDownloadUrl(jobId)
  const { name, mp4AssetId, mp4SizeBytes } = rendition
  if (!mp4AssetId) return '–'
  const size = mp4SizeBytes ? formatBytes(mp4SizeBytes) : null
  return (
    <Button
      component="a"
      href={download(mp4AssetId)}
      size="compact-sm"
      variant="default"
      leftSection={<IconDownload size={14} aria-hidden="true" />}
      aria-label={`Download the ${name} MP4${size ? `, ${size}` : ''}`}
    >
      {size ?? 'Download'}
    </Button>
  )
}
