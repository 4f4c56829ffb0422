'use client'

import { Table } from '@mantine/core'
import { Section } from '@/components/ui/section'
import { byKey, type Metric, type UsageRow } from '@/lib/account/usage'
import { formatAmount } from '@/lib/account/usage-words'
import classes from './usage.module.css'
import { UsageHead } from './usage-head'
import { useApiKeys } from './use-api-keys'

const SHOWN: Metric[] = ['requests', 'jobs', 'output', 'cpu']

/** Which program used how much. */
export function UsageByKey({ rows, priced }: { rows: UsageRow[]; priced: boolean }) {
  const { data } = useApiKeys(true)
  const names = new Map(data?.keys.map(({ id, name, prefix }) => [id, `${name} (${prefix}…)`]))
  const metrics = priced ? [...SHOWN, 'cost' as const] : SHOWN
  const currency = rows[0]?.cost.currency ?? 'EUR'
  return (
    <Section title="By key">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region */}
      <section className={classes.scroll} tabIndex={0} aria-label="Usage by key">
        <Table verticalSpacing="xs" aria-label="Usage by key">
          <UsageHead by="Key" metrics={metrics} />
          <Table.Tbody>
            {byKey(rows).map(({ apiKeyId, amounts }) => (
              <Table.Tr key={apiKeyId ?? 'sessions'}>
                <Table.Th scope="row" style={{ overflowWrap: 'anywhere', minWidth: '10rem' }}>
                  {apiKeyId ? (names.get(apiKeyId) ?? apiKeyId) : 'Signed in, without a key'}
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
      </section>
    </Section>
  )
}
