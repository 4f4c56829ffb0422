'use client'

import { Button, Group, Skeleton, Text } from '@mantine/core'
import { CursorPager } from '@/components/ui/cursor-pager'
import { ErrorNotice } from '@/components/ui/error-notice'
import { FilterSelect } from '@/components/ui/filter-select'
import { Section } from '@/components/ui/section'
import { DELIVERY_STATUSES, EVENT_NAMES, TEST_EVENT, type Webhook } from '@/lib/webhooks/webhook'
import { DeliveryEntry } from './delivery-entry'
import { type LogFilters, useDeliveries, useLogFilters } from './use-webhook'
import { deliveryLabel } from './webhook-status'
import classes from './webhooks.module.css'

type SetFilters = ReturnType<typeof useLogFilters>[1]

/** What was sent and is to be sent, the newest first. */
export function DeliveryLog({ webhook }: { webhook: Webhook }) {
  const [filters, setFilters] = useLogFilters()
  const { data, error, refetch, isPlaceholderData } = useDeliveries(webhook.id, filters)
  const { delivery: open, pages } = filters
  const narrowed = filters.status !== null || filters.event !== null
  const toggle = (id: string) => setFilters({ delivery: open === id ? null : id })
  // The address may name a delivery that is not on this page.
  const elsewhere = open !== null && data && !data.items.some(({ id }) => id === open)
  return (
    <Section title="Deliveries" aside={<Filters filters={filters} onChange={setFilters} />}>
      {error && (
        <ErrorNotice
          title={data ? 'The log is not up to date' : 'The log could not be read'}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {!data && !error && <Skeleton height={200} />}
      {data?.items.length === 0 && (
        <NoDeliveries
          narrowed={narrowed}
          onClear={() => setFilters({ status: null, event: null, pages: null })}
        />
      )}
      {data && (
        <ul className={classes.list} aria-label="Deliveries" aria-busy={isPlaceholderData}>
          {elsewhere && !isPlaceholderData && (
            <DeliveryEntry webhook={webhook} id={open} summary={null} open onToggle={toggle} />
          )}
          {data.items.map((summary) => (
            <DeliveryEntry
              key={summary.id}
              webhook={webhook}
              id={summary.id}
              summary={summary}
              open={summary.id === open}
              onToggle={toggle}
            />
          ))}
        </ul>
      )}
      {data && (
        <CursorPager
          pages={pages}
          nextCursor={data.next_cursor}
          disabled={isPlaceholderData}
          onChange={(next) => setFilters({ pages: next, delivery: null })}
        />
      )}
    </Section>
  )
}

function Filters({ filters, onChange }: { filters: LogFilters; onChange: SetFilters }) {
  return (
    <Group gap="xs">
      <FilterSelect
        label="Filter by event"
        any="Any event"
        options={[...EVENT_NAMES, TEST_EVENT]}
        value={filters.event}
        onChange={(event) => void onChange({ event, pages: null, delivery: null })}
      />
      <FilterSelect
        label="Filter by status"
        any="Any status"
        options={DELIVERY_STATUSES.map((value) => ({ value, label: deliveryLabel(value) }))}
        value={filters.status}
        onChange={(status) => void onChange({ status, pages: null, delivery: null })}
      />
    </Group>
  )
}

function NoDeliveries({ narrowed, onClear }: { narrowed: boolean; onClear: () => void }) {
  return (
    <Group justify="center" py="lg" ta="center">
      <Text c="dimmed">
        {narrowed
          ? 'No delivery matches.'
          : 'Nothing was sent yet. Send a test to try the receiver.'}
      </Text>
      {narrowed && (
        <Button variant="default" size="xs" onClick={onClear}>
          Clear the filters
        </Button>
      )}
    </Group>
  )
}
