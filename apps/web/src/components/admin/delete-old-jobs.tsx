'use client'

import { Button, Group, NumberInput, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useServices } from '@/components/providers/services'
import { closeDialog, openDialog } from '@/components/ui/dialogs'
import { complain } from '@/components/ui/notices'
import { countOldJobs, deleteOldJobs } from '@/lib/admin/everybodys-jobs'
import { counted } from '@/lib/format'
import { messageOf } from '@/lib/rest/problem'

const DIALOG = 'delete-old-jobs'
/** As the API has them. */
const MOST_DAYS = 36_500

export function openDeleteOldJobs() {
  openDialog(DIALOG, 'Delete old jobs of everybody', <DeleteOldJobs />)
}

/** Says how many jobs an age means before anything is deleted. */
function DeleteOldJobs() {
  const { rest } = useServices()
  const queries = useQueryClient()
  const [days, setDays] = useState<number | null>(90)
  const count = useQuery({
    queryKey: ['admin', 'old-jobs', days],
    queryFn: ({ signal }) => countOldJobs(rest, days ?? 1, signal),
    enabled: days !== null,
    placeholderData: keepPreviousData,
  })
  const remove = useMutation({
    mutationFn: (age: number) => deleteOldJobs(rest, age),
    onSuccess: (deleted) => {
      closeDialog(DIALOG)
      notifications.show({ message: `${counted(deleted, 'old job')} deleted.` })
    },
    onError: complain('Not all old jobs were deleted'),
    onSettled: () => queries.invalidateQueries({ queryKey: ['admin'] }),
  })
  const known = days !== null && !count.isPlaceholderData ? count.data : undefined
  return (
    <Stack>
      <NumberInput
        label="That ended at least this many days ago"
        value={days ?? ''}
        onChange={(value) => setDays(typeof value === 'number' && value >= 1 ? value : null)}
        min={1}
        max={MOST_DAYS}
        allowDecimal={false}
        data-autofocus
      />
      <Text size="sm" role="status" mih={40}>
        {days === null && `Give a number of days from 1 to ${MOST_DAYS.toLocaleString('en')}.`}
        {days !== null && count.error && messageOf(count.error)}
        {known === 0 && 'No job ended that long ago.'}
        {known !== undefined &&
          known > 0 &&
          `${counted(known, 'job')} ended that long ago. With ${known === 1 ? 'it' : 'them'} go renditions, playlists and thumbnails; the uploaded videos stay.`}
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={() => closeDialog(DIALOG)}>
          Keep them
        </Button>
        <Button
          color="red.8"
          disabled={!known}
          loading={remove.isPending}
          onClick={() => days !== null && remove.mutate(days)}
        >
          {known ? `Delete ${counted(known, 'job')}` : 'Delete jobs'}
        </Button>
      </Group>
    </Stack>
  )
}
