'use client'

import { Accordion, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { parseAsString, useQueryState } from 'nuqs'
import { useServices } from '@/components/providers/services'
import { useSessionExpiry } from '@/components/providers/use-session'
import { EmptyList } from '@/components/ui/empty-list'
import { ErrorNotice } from '@/components/ui/error-notice'
import { fetchCauses } from '@/lib/admin/dead-letters'
import { LIVE_INTERVAL_MS } from '@/lib/admin/overview'
import { counted } from '@/lib/format'
import { DeadLetterGroup } from './dead-letter-group'
import { ListSkeleton } from './list-skeleton'
import { PageHeader } from './page-header'

export const DEAD_LETTERS_KEY = ['admin', 'dead-letters']

/** Tasks that failed for good, by cause; the cause whose letters are seen is in the address. */
export function DeadLettersPage() {
  const { rest } = useServices()
  const [code, setCode] = useQueryState('code', parseAsString.withOptions({ history: 'push' }))
  const {
    data: causes,
    error,
    refetch,
  } = useQuery({
    queryKey: [...DEAD_LETTERS_KEY, 'causes'],
    queryFn: ({ signal }) => fetchCauses(rest, signal),
    refetchInterval: LIVE_INTERVAL_MS,
  })
  useSessionExpiry(error)
  const total = causes?.reduce((sum, { count }) => sum + count, 0)
  return (
    <Stack gap="md" py="xs">
      <PageHeader
        title="Dead letters"
        count={total === undefined ? undefined : counted(total, 'letter')}
      />
      <Text c="dimmed" size="sm" maw="70ch">
        Tasks that failed with all their attempts spent, or for a reason that no further attempt
        would mend. Retry those worth it once their cause is gone, and clear the others away: their
        jobs stay failed.
      </Text>
      {error && (
        <ErrorNotice
          title={causes ? 'The list is not up to date' : 'The dead letters could not be read'}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {!causes && !error && <ListSkeleton rows={3} />}
      {causes?.length === 0 && (
        <EmptyList
          title="No dead letters"
          hint="No task has failed for good, or all of them were dealt with."
        />
      )}
      {causes && causes.length > 0 && (
        <Accordion
          variant="separated"
          order={2}
          value={code}
          onChange={(value) => void setCode(value)}
          styles={{ item: { background: 'var(--vidmill-surface)' } }}
        >
          {causes.map((cause) => (
            <DeadLetterGroup key={cause.code} cause={cause} open={cause.code === code} />
          ))}
        </Accordion>
      )}
    </Stack>
  )
}
