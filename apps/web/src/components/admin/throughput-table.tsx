'use client'

import { Table } from '@mantine/core'
import { TableSwitch } from '@/components/ui/table-switch'
import { type Bucket, type Piece, pieceLabel } from '@/lib/admin/throughput'
import { formatBytes, formatDuration } from '@/lib/format'
import classes from './admin.module.css'

/** The chart in figures, the newest first. */
export function ThroughputTable({ bucket, pieces }: { bucket: Bucket; pieces: Piece[] }) {
  return (
    <TableSwitch label="Throughput in figures" className={classes.scroll}>
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
    </TableSwitch>
  )
}
