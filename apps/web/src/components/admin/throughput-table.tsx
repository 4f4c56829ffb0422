'use client'

import { Button, Collapse, Table } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useId } from 'react'
import { type Bucket, type Piece, pieceLabel } from '@/lib/admin/throughput'
import { formatBytes, formatDuration } from '@/lib/format'
import classes from './admin.module.css'

/** The chart in figures, the newest first. */
export function ThroughputTable({ bucket, pieces }: { bucket: Bucket; pieces: Piece[] }) {
  const [open, { toggle }] = useDisclosure(false)
  const id = useId()
  return (
    <>
      <Button
        variant="subtle"
        size="compact-sm"
        mt="xs"
        onClick={toggle}
        aria-expanded={open}
        aria-controls={id}
      >
        {open ? 'Hide the table' : 'Show as a table'}
      </Button>
      <Collapse id={id} expanded={open}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <section className={classes.scroll} tabIndex={0} aria-label="Throughput in figures">
          <Table aria-label="Throughput" stickyHeader verticalSpacing={4} horizontalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{bucket === 'day' ? 'Day (UTC)' : 'From'}</Table.Th>
                <Table.Th scope="col" ta="end">
                  Completed
                </Table.Th>
                <Table.Th scope="col" ta="end">
                  Failed
                </Table.Th>
                <Table.Th scope="col" ta="end" visibleFrom="xs">
                  Video
                </Table.Th>
                <Table.Th scope="col" ta="end" visibleFrom="xs">
                  Output
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {[...pieces].reverse().map((piece) => (
                <Table.Tr key={piece.start}>
                  <Table.Th scope="row" fw={400}>
                    {pieceLabel(bucket, piece.start)}
                  </Table.Th>
                  <Table.Td ta="end">{piece.completed.toLocaleString('en')}</Table.Td>
                  <Table.Td ta="end">{piece.failed.toLocaleString('en')}</Table.Td>
                  <Table.Td ta="end" visibleFrom="xs">
                    {formatDuration(piece.videoSeconds)}
                  </Table.Td>
                  <Table.Td ta="end" visibleFrom="xs">
                    {formatBytes(piece.outputBytes)}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </section>
      </Collapse>
    </>
  )
}
