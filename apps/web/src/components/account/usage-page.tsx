'use client'

import { Group, NativeSelect, Skeleton, Stack } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { parseAsNumberLiteral, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useGraphQL } from '@/components/providers/use-graphql'
import { useSessionExpiry } from '@/components/providers/use-session'
import { ErrorNotice } from '@/components/ui/error-notice'
import { Section } from '@/components/ui/section'
import { byDay, fetchUsage, lastDays, METRICS, type UsageRow } from '@/lib/account/usage'
import { metricLabel } from '@/lib/account/usage-words'
import { QuotaBars } from './quota-bars'
import { UsageByKey } from './usage-by-key'
import { UsageChart } from './usage-chart'
import { UsageTable } from './usage-table'
import { useAccount } from './use-account'

const SPANS = [7, 30, 90] as const

export function UsagePage() {
  const account = useAccount()
  const [{ metric, days }, set] = useQueryStates(
    {
      metric: parseAsStringLiteral(METRICS).withDefault('jobs'),
      days: parseAsNumberLiteral(SPANS).withDefault(30),
    },
    { history: 'push' },
  )
  const { data, error, refetch } = useUsage(days)
  // Only who has set prices is shown what they make.
  const priced = data?.rows.some(({ cost }) => cost.total > 0) ?? false
  const metrics = METRICS.filter((one) => one !== 'cost' || priced)
  const shown = metrics.includes(metric) ? metric : 'jobs'
  return (
    <Stack gap="md">
      {(error ?? account.error) && (
        <ErrorNotice
          title="Not everything could be read"
          error={error ?? account.error}
          onRetry={() => void Promise.all([refetch(), account.refetch()])}
        />
      )}
      <Section title="Quotas">
        {account.data ? <QuotaBars quotas={account.data.quotas} /> : <Skeleton height={120} />}
      </Section>
      <Section
        title="By day"
        aside={
          <Group gap="xs">
            <NativeSelect
              aria-label="What is shown"
              data={metrics.map((value) => ({ value, label: metricLabel(value) }))}
              value={shown}
              onChange={({ currentTarget: { value } }) =>
                set({ metric: metrics.find((one) => one === value) ?? null })
              }
            />
            <NativeSelect
              aria-label="Of how many days"
              data={SPANS.map((count) => ({ value: `${count}`, label: `${count} days` }))}
              value={`${days}`}
              onChange={({ currentTarget: { value } }) =>
                set({ days: SPANS.find((count) => `${count}` === value) ?? null })
              }
            />
          </Group>
        }
      >
        {data ? (
          <Days data={data} metric={shown} priced={priced} />
        ) : (
          !error && <Skeleton height={260} />
        )}
      </Section>
      {data && data.rows.length > 0 && <UsageByKey rows={data.rows} priced={priced} />}
    </Stack>
  )
}

interface ReadUsage {
  rows: UsageRow[]
  firstDay: string
  lastDay: string
}

function useUsage(count: number) {
  const graphql = useGraphQL()
  const query = useQuery({
    queryKey: ['usage', count],
    queryFn: async ({ signal }): Promise<ReadUsage> => {
      const { firstDay, lastDay } = lastDays(count, Date.now())
      return { rows: await fetchUsage(graphql, firstDay, lastDay, signal), firstDay, lastDay }
    },
    placeholderData: keepPreviousData,
  })
  useSessionExpiry(query.error)
  return query
}

interface DaysProps {
  data: ReadUsage
  metric: (typeof METRICS)[number]
  priced: boolean
}

function Days({ data: { rows, firstDay, lastDay }, metric, priced }: DaysProps) {
  const days = byDay(rows, firstDay, lastDay)
  const currency = rows[0]?.cost.currency ?? 'EUR'
  return (
    <>
      <UsageChart days={days} metric={metric} currency={currency} />
      <UsageTable days={days} priced={priced} currency={currency} />
    </>
  )
}
