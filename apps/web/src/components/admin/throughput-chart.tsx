'use client'

import { Group, Text } from '@mantine/core'
import { type CSSProperties, useState } from 'react'
import { axisTop, type Bucket, type Piece, pieceLabel } from '@/lib/admin/throughput'
import classes from './admin.module.css'

/**
 * Stacked columns of our own: a chart library is 116 KB, a third of what these pages may weigh, for
 * boxes of two colours. Who can't see it reads the table below, which has more in it.
 */
export function ThroughputChart({ bucket, pieces }: { bucket: Bucket; pieces: Piece[] }) {
  const [chosen, setChosen] = useState<number | null>(null)
  const top = axisTop(Math.max(...pieces.map((piece) => piece.completed + piece.failed)))
  const [first, last] = [pieces[0], pieces.at(-1)]
  const piece = chosen === null ? undefined : pieces[chosen]
  if (!first || !last) return null
  return (
    <figure className={classes.chart} aria-hidden="true">
      <Group justify="space-between" gap="xs" mb={6} mih={24}>
        <Group gap="md">
          <Legend label="Completed" swatch="var(--vidmill-completed)" />
          <Legend label="Failed" swatch="var(--vidmill-failed)" />
        </Group>
        <Text size="xs" c="dimmed">
          {piece && `${pieceLabel(bucket, piece.start)}: ${told(piece)}`}
        </Text>
      </Group>
      <div className={classes.plot} onPointerLeave={() => setChosen(null)}>
        <span className={classes.axis}>{top.toLocaleString('en')}</span>
        {pieces.map(({ start, completed, failed }, index) => (
          <div
            key={start}
            className={classes.column}
            data-chosen={index === chosen || undefined}
            onPointerEnter={() => setChosen(index)}
          >
            <Part className={classes.failed} share={failed / top} />
            <Part className={classes.completed} share={completed / top} />
          </div>
        ))}
      </div>
      <div className={classes.ends}>
        <span>{pieceLabel(bucket, first.start)}</span>
        <span>{pieceLabel(bucket, last.start)}</span>
      </div>
    </figure>
  )
}

function Part({ className, share }: { className: string | undefined; share: number }) {
  if (share === 0) return null
  // A single job among thousands is seen all the same.
  return <div className={className} style={{ height: `${100 * share}%`, minHeight: 2 }} />
}

function Legend({ label, swatch }: { label: string; swatch: string }) {
  return (
    <Text size="xs" span className={classes.legend} style={{ '--swatch': swatch } as CSSProperties}>
      {label}
    </Text>
  )
}

function told({ completed, failed }: Piece): string {
  return `${completed.toLocaleString('en')} completed, ${failed.toLocaleString('en')} failed`
}
