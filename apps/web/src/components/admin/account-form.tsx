'use client'

import { Alert, Button, Group, NativeSelect, Stack, Switch } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useServices } from '@/components/providers/services'
import { useSession } from '@/components/providers/session-provider'
import { closeDialog, openDialog } from '@/components/ui/dialogs'
import { type Account, changeAccount, type Role } from '@/lib/admin/accounts'
import { messageOf } from '@/lib/rest/problem'
import { QuotaField } from './quota-field'

const DIALOG = 'account-form'
const GIGABYTE = 1_000_000_000

export function openAccountForm(account: Account) {
  openDialog(DIALOG, `Change ${account.email}`, <AccountForm account={account} />)
}

/** Role, quotas and whether an account can be used; sends what was changed. */
function AccountForm({ account }: { account: Account }) {
  const { data: self } = useSession()
  const [role, setRole] = useState<Role>(account.role)
  const [active, setActive] = useState(account.active)
  const [jobsPerDay, setJobsPerDay] = useState(account.quota_jobs_per_day)
  const [storedBytes, setStoredBytes] = useState(account.quota_stored_bytes)
  const save = useSave(account)
  const isSelf = self?.id === account.id
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate({
      role,
      active,
      quota_jobs_per_day: jobsPerDay,
      quota_stored_bytes: storedBytes,
    })
  }
  return (
    <form method="post" onSubmit={submit}>
      <Stack>
        {save.error && (
          <Alert color="red" role="alert" title={`${account.email} was not changed`}>
            {messageOf(save.error)}
          </Alert>
        )}
        <NativeSelect
          label="Role"
          description="Administrators see and change everything, and have no quotas unless set here."
          data={[
            { value: 'user', label: 'User' },
            { value: 'admin', label: 'Administrator' },
          ]}
          value={role}
          onChange={({ currentTarget }) => setRole(currentTarget.value as Role)}
          data-autofocus
        />
        <QuotaField
          label="Jobs a day"
          value={jobsPerDay}
          onChange={setJobsPerDay}
          factor={1}
          max={2 ** 31 - 1}
        />
        <QuotaField
          label="Stored gigabytes"
          value={storedBytes}
          onChange={setStoredBytes}
          factor={GIGABYTE}
          max={9_000_000_000}
        />
        <Switch
          label="Can be used"
          description={
            isSelf
              ? 'This is your own account: switching it off signs you out.'
              : 'Switching it off ends its sessions and revokes its keys at once. What it has stays.'
          }
          checked={active}
          onChange={({ currentTarget }) => setActive(currentTarget.checked)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => closeDialog(DIALOG)}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

type Edited = Pick<Account, 'role' | 'active' | 'quota_jobs_per_day' | 'quota_stored_bytes'>

function useSave(account: Account) {
  const { refetch: rereadSession } = useSession()
  const { rest } = useServices()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (edited: Edited) => {
      // Only what is different, so that what another administrator changes meanwhile stays.
      const names = Object.keys(edited) as (keyof Edited)[]
      const changed = names.filter((name) => edited[name] !== account[name])
      return changeAccount(
        rest,
        account.id,
        Object.fromEntries(changed.map((name) => [name, edited[name]])),
      )
    },
    onSuccess: ({ email }) => {
      closeDialog(DIALOG)
      notifications.show({ message: `${email} was changed.` })
    },
    onSettled: () =>
      Promise.all([queries.invalidateQueries({ queryKey: ['admin'] }), rereadSession()]),
  })
}
