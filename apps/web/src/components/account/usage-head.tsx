'use client'

import { Table } from '@mantine/core'
import type { Metric } from '@/lib/account/usage'
import { metricLabel } from '@/lib/account/usage-words'

/** The first row of a table of usage: by what, and what was used. */
export function UsageHead({ by, metrics }: { by: string; metrics: Metric[] }) {
  return (
    <Table.Thead bg="var(--vidmill-surface)">
      <Table.Tr>
        <Table.Th scope="col">{by}</Table.Th>
        {metrics.map((metric) => (
          <Table.Th scope="col" ta="end" key={metric}>
            {metricLabel(metric)}
          </Table.Th>
        ))}
      </Table.Tr>
    </Table.Thead>
  )
}
