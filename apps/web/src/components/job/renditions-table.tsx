'use client'

import { Button, Table, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { Section } from '@/components/ui/section'
import { codecLabel, formatBitrate, formatBytes, formatFrameRate } from '@/lib/format'
import type { Rendition } from '@/lib/jobs/job'
import { useDownloadUrl } from './use-download-url'

interface Figure {
  key: 'vmaf' | 'ssim' | 'psnr'
  label: string
  digits: number
  unit?: string
}

/** How good a quality is against the source, where it was measured. */
const FIGURES: Figure[] = [
  { key: 'vmaf', label: 'VMAF', digits: 1 },
  { key: 'ssim', label: 'SSIM', digits: 4 },
  { key: 'psnr', label: 'PSNR', digits: 1, unit: 'dB' },
]

/** On a phone all but the quality and the download stands below the resolution instead of beside it. */
export function RenditionsTable({ jobId, renditions }: { jobId: string; renditions: Rendition[] }) {
  const measured = FIGURES.filter(({ key }) => renditions.some((each) => each[key] !== null))
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
            {measured.map(({ key, label }) => (
              <Table.Th key={key} scope="col" ta="end" visibleFrom="xs">
                {label}
              </Table.Th>
            ))}
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

/** A figure stays in one line with its unit. */
const unbroken = (text: string) => text.replaceAll(' ', '\u00a0')

interface RowProps {
  jobId: string
  rendition: Rendition
  /** What there are columns for. */
  measured: Figure[]
}

function RenditionRow({ jobId, rendition, measured }: RowProps) {
  const { name, width, height, codec, fps, bitrateBps, sizeBytes } = rendition
  const figures = [
    codecLabel(codec),
    formatFrameRate(fps),
    formatBitrate(bitrateBps),
    formatBytes(sizeBytes),
    ...measured.map((figure) => `${figure.label} ${figureText(rendition, figure)}`),
  ]
  return (
    <Table.Tr>
      <Table.Th scope="row">{name}</Table.Th>
      <Table.Td>
        {width} × {height}
        <Text span c="dimmed" size="sm" visibleFrom="xs">
          , {formatFrameRate(fps)}
        </Text>
        <Text c="dimmed" size="xs" hiddenFrom="xs">
          {figures.map(unbroken).join(', ')}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="xs">{codecLabel(codec)}</Table.Td>
      <Table.Td ta="end" visibleFrom="xs">
        {formatBitrate(bitrateBps)}
      </Table.Td>
      <Table.Td ta="end" visibleFrom="xs">
        {formatBytes(sizeBytes)}
      </Table.Td>
      {measured.map((figure) => (
        <Table.Td key={figure.key} ta="end" visibleFrom="xs">
          {figureText(rendition, figure)}
        </Table.Td>
      ))}
      <Table.Td ta="end">
        <DownloadButton jobId={jobId} rendition={rendition} />
      </Table.Td>
    </Table.Tr>
  )
}

function figureText(rendition: Rendition, { key, digits, unit }: Figure): string {
  const value = rendition[key]
  return value === null ? '–' : [value.toFixed(digits), unit].filter(Boolean).join(' ')
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
