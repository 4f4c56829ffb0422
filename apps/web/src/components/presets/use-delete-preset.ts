'use client'

import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useServices } from '@/components/providers/services'
import { confirm } from '@/components/ui/dialogs'
import { complain } from '@/components/ui/notices'
import type { Preset } from '@/lib/presets/preset'
import { deletePreset } from '@/lib/presets/queries'
import { PRESETS_KEY } from './use-presets'

/** Asks, then takes the preset away at once; it comes back when the server does not want to. */
export function useDeletePreset(name: string): () => void {
  const { rest } = useServices()
  const queries = useQueryClient()
  const remove = useMutation({
    mutationFn: () => deletePreset(rest, name),
    onMutate: async () => {
      await queries.cancelQueries({ queryKey: PRESETS_KEY })
      const before = queries.getQueryData<Preset[]>(PRESETS_KEY)
      queries.setQueryData<Preset[]>(PRESETS_KEY, (all) =>
        all?.filter((preset) => preset.name !== name),
      )
      return { before }
    },
    onSuccess: () => notifications.show({ message: `The preset ${name} was deleted.` }),
    onError: (error, _nothing, shown) => {
      queries.setQueryData(PRESETS_KEY, shown?.before)
      complain('The preset was not deleted')(error)
    },
    onSettled: () => queries.invalidateQueries({ queryKey: PRESETS_KEY }),
  })
  return () =>
    confirm({
      title: `Delete the preset ${name}?`,
      text: 'New jobs can’t name it any more. Jobs that were posted with it go on as they are.',
      action: 'Delete the preset',
      onConfirm: remove.mutate,
    })
}
