'use client'

import { Table } from '@mantine/core'
import { TableSwitch } from '@/components/ui/table-switch'
import { type DayOfUsage, METRICS } from '@/lib/account/usage'
import { formatAmount, formatDay } from '@/lib/account/usage-words'
import classes from './usage.module.css'
import { UsageHead } from './usage-head'

interface UsageTableProps {
  /** The earliest first. */
  days: DayOfUsage[]
  priced: boolean
  currency: string
}

/** Everything by day, in text. */
export function UsageTable({ days, priced, currency }: UsageTableProps) {
  const metrics = METRICS.filter((metric) => metric !== 'cost' || priced)
  return (
    <TableSwitch label="Usage by day" className={classes.scroll}>
      <Table verticalSpacing={4} stickyHeader aria-label="Usage by day">
        <UsageHead by="Day (UTC)" metrics={metrics} />
        <Table.Tbody>
          {days.toReversed().map(({ day, amounts }) => (
            <Table.Tr key={day}>
              <Table.Th scope="row" className={classes.number}>
                {formatDay(day)}
              </Table.Th>
              {metrics.map((metric) => (
                <Table.Td ta="end" className={classes.number} key={metric}>
                  {formatAmount(metric, amounts[metric], currency)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </TableSwitch>
  )
}
