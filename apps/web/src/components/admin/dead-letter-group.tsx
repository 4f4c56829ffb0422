'use client'

import { Accordion, Badge, Button, Group, Stack, Text } from '@mantine/core'
import { IconRotateClockwise, IconTrash } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useServices } from '@/components/providers/services'
import { ErrorNotice } from '@/components/ui/error-notice'
import { remedyFor } from '@/lib/admin/causes'
import { fetchDeadLetters } from '@/lib/admin/dead-letters'
import { LIVE_INTERVAL_MS } from '@/lib/admin/overview'
import { counted } from '@/lib/format'
import classes from './admin.module.css'
import { DeadLetterRow } from './dead-letter-row'
import { ListSkeleton } from './list-skeleton'
import { LETTERS_KEY, useDeadLetterActions } from './use-dead-letter-actions'
import { useOwners } from './use-owners'

interface DeadLetterGroupProps {
  cause: { code: string; count: number }
  /** Letters of a closed group are not read. */
  open: boolean
}

/** Letters of one cause, and what can be done with all of them. */
export function DeadLetterGroup({ cause: { code, count }, open }: DeadLetterGroupProps) {
  const actions = useDeadLetterActions(code, count)
  const letters = counted(count, 'letter')
  return (
    <Accordion.Item value={code}>
      <Accordion.Control>
        <Group justify="space-between" wrap="nowrap" gap="sm">
          <div style={{ minWidth: 0 }}>
            <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
              {code}
            </Text>
            <Text size="sm" c="dimmed">
              {remedyFor(code)}
            </Text>
          </div>
          <Badge color="red" style={{ flexShrink: 0 }}>
            {letters}
          </Badge>
        </Group>
      </Accordion.Control>
      <Accordion.Panel>
        <Stack gap="sm">
          <Group gap="xs">
            <Button
              size="compact-sm"
              variant="default"
              loading={actions.retryAll.isPending}
              leftSection={<IconRotateClockwise size={16} aria-hidden="true" />}
              onClick={actions.confirmRetryAll}
            >
              Retry all of {code}
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              loading={actions.clear.isPending}
              leftSection={<IconTrash size={16} aria-hidden="true" />}
              onClick={actions.confirmClear}
            >
              Clear {letters} away
            </Button>
          </Group>
          {open && <Letters code={code} actions={actions} />}
        </Stack>
      </Accordion.Panel>
    </Accordion.Item>
  )
}

interface LettersProps {
  code: string
  actions: ReturnType<typeof useDeadLetterActions>
}

function Letters({ code, actions }: LettersProps) {
  const { rest } = useServices()
  const ownerName = useOwners()
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    {
      queryKey: [...LETTERS_KEY, code],
      queryFn: ({ pageParam, signal }) => fetchDeadLetters(rest, code, pageParam, signal),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.nextCursor,
      refetchInterval: LIVE_INTERVAL_MS,
    },
  )
  if (!data) {
    return error ? (
      <ErrorNotice
        title="The letters could not be read"
        error={error}
        onRetry={() => void refetch()}
      />
    ) : (
      <ListSkeleton rows={2} />
    )
  }
  return (
    <>
      <ul className={classes.list} aria-label={`Letters of ${code}`}>
        {data.pages
          .flatMap((page) => page.letters)
          .map((letter) => (
            <DeadLetterRow
              key={letter.id}
              letter={letter}
              ownerName={ownerName(letter.owner_id)}
              onRetry={() => actions.retryOne.mutate(letter)}
              retrying={actions.retryOne.isPending && actions.retryOne.variables?.id === letter.id}
            />
          ))}
      </ul>
      {hasNextPage && (
        <Button
          variant="default"
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
          style={{ alignSelf: 'center' }}
        >
          Show older letters
        </Button>
      )}
    </>
  )
}
