'use client'

import { Button, Table, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { Section } from '@/components/ui/section'
import { formatBitrate, formatBytes, formatFrameRate } from '@/lib/format'
import type { Rendition } from '@/lib/jobs/job'
import classes from './job.module.css'

export function RenditionsTable({ renditions }: { renditions: Rendition[] }) {
  const sorted = [...renditions].sort((a, b) => b.height * b.width - a.height * a.width)
  return (
    <Section title="Renditions">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area needs the focus to scroll */}
      <section className={classes.scroll} tabIndex={0} aria-label="Table of renditions">
        <Table verticalSpacing="xs" miw={560} aria-label="Renditions">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Quality</Table.Th>
              <Table.Th scope="col">Resolution</Table.Th>
              <Table.Th scope="col">Codec</Table.Th>
              <Table.Th scope="col" ta="end">
                Bitrate
              </Table.Th>
              <Table.Th scope="col" ta="end">
                Size
              </Table.Th>
              <Table.Th scope="col" ta="end">
                MP4
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {sorted.map((rendition) => (
              <RenditionRow key={rendition.id} rendition={rendition} />
            ))}
          </Table.Tbody>
        </Table>
      </section>
    </Section>
  )
}

function RenditionRow({ rendition }: { rendition: Rendition }) {
  const { name, width, height, codec, fps, bitrateBps, sizeBytes, mp4Url, mp4SizeBytes } = rendition
  return (
    <Table.Tr style={{ whiteSpace: 'nowrap' }}>
      <Table.Th scope="row">{name}</Table.Th>
      <Table.Td>
        {width} × {height}
        <Text span c="dimmed" size="sm">
          , {formatFrameRate(fps)}
        </Text>
      </Table.Td>
      <Table.Td>{codecLabel(codec)}</Table.Td>
      <Table.Td ta="end">{formatBitrate(bitrateBps)}</Table.Td>
      <Table.Td ta="end">{formatBytes(sizeBytes)}</Table.Td>
      <Table.Td ta="end">
        {mp4Url ? (
          <Button
            component="a"
            href={mp4Url}
            download
            size="compact-sm"
            variant="default"
            leftSection={<IconDownload size={14} aria-hidden="true" />}
            aria-label={`Download the ${name} MP4${mp4SizeBytes ? `, ${formatBytes(mp4SizeBytes)}` : ''}`}
          >
            {mp4SizeBytes ? formatBytes(mp4SizeBytes) : 'Download'}
          </Button>
        ) : (
          '–'
        )}
      </Table.Td>
    </Table.Tr>
  )
}

/** Codecs by the names that people know. */
export function codecLabel(codec: string): string {
  const names: Record<string, string> = {
    h264: 'H.264',
    hevc: 'HEVC',
    av1: 'AV1',
    vp9: 'VP9',
    aac: 'AAC',
    opus: 'Opus',
    mp3: 'MP3',
  }
  return names[codec.toLowerCase()] ?? codec
}
