'use client'

import { Group, Paper, Stack } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import {
  parseAsArrayOf,
  parseAsBoolean,
  parseAsString,
  parseAsStringLiteral,
  useQueryStates,
} from 'nuqs'
import { useServices } from '@/components/providers/services'
import { useSessionExpiry } from '@/components/providers/use-session'
import { CursorPager } from '@/components/ui/cursor-pager'
import { EmptyList } from '@/components/ui/empty-list'
import { ErrorNotice } from '@/components/ui/error-notice'
import { FilterSelect } from '@/components/ui/filter-select'
import { SearchField } from '@/components/ui/search-field'
import { fetchAccounts, type Role } from '@/lib/admin/accounts'
import { counted } from '@/lib/format'
import { AccountRow } from './account-row'
import classes from './admin.module.css'
import { ListSkeleton } from './list-skeleton'
import { PageHeader } from './page-header'

const CLEARED = { search: null, role: null, active: null, pages: null }

/** What is listed, kept in the address. */
function useFilters() {
  return useQueryStates(
    {
      search: parseAsString.withDefault(''),
      role: parseAsStringLiteral(['user', 'admin']),
      active: parseAsBoolean,
      pages: parseAsArrayOf(parseAsString).withDefault([]),
    },
    { history: 'push' },
  )
}

export function AccountsPage() {
  const { rest } = useServices()
  const [filters, setFilters] = useFilters()
  const { search, role, active, pages } = filters
  const after = pages.at(-1) ?? null
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['admin', 'accounts', { search, role, active, after }],
    queryFn: ({ signal }) => fetchAccounts(rest, { search, role, active, after }, signal),
    placeholderData: keepPreviousData,
  })
  useSessionExpiry(error)
  return (
    <Stack gap="md" py="xs">
      <PageHeader title="Accounts" count={data && counted(data.total, 'account')} />
      <Filters filters={filters} onChange={setFilters} />
      {error && (
        <ErrorNotice
          title={data ? 'The list is not up to date' : 'The list could not be read'}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {!data && !error && <ListSkeleton />}
      {data?.accounts.length === 0 && (
        <EmptyList
          title="No account matches"
          hint="Look for another part of the address, or another role."
          onClear={() => void setFilters(CLEARED)}
        />
      )}
      {data && data.accounts.length > 0 && (
        <Paper
          component="ul"
          withBorder
          bg="var(--vidmill-surface)"
          className={classes.list}
          aria-label="Accounts"
          aria-busy={isPlaceholderData}
          style={{ opacity: isPlaceholderData ? 0.6 : 1 }}
        >
          {data.accounts.map((account) => (
            <AccountRow key={account.id} account={account} />
          ))}
        </Paper>
      )}
      {data && (
        <CursorPager
          pages={pages}
          nextCursor={data.nextCursor}
          disabled={isPlaceholderData}
          onChange={(next) => void setFilters({ pages: next })}
        />
      )}
    </Stack>
  )
}

const ROLES = [
  { value: 'admin', label: 'Administrators' },
  { value: 'user', label: 'Users' },
] as const

const SWITCHED = [
  { value: 'true', label: 'Switched on' },
  { value: 'false', label: 'Switched off' },
] as const

interface FiltersProps {
  filters: ReturnType<typeof useFilters>[0]
  onChange: (change: {
    search?: string | null
    role?: Role | null
    active?: boolean | null
    pages: null
  }) => void
}

function Filters({ filters, onChange }: FiltersProps) {
  return (
    <Group component="search" gap="sm" role="search">
      <SearchField
        label="Search by e-mail address"
        value={filters.search}
        onChange={(search) => onChange({ search, pages: null })}
      />
      <FilterSelect
        label="Filter by role"
        any="Any role"
        options={ROLES}
        value={filters.role}
        onChange={(role) => onChange({ role, pages: null })}
        flex="1 1 9rem"
      />
      <FilterSelect
        label="Filter by whether it is switched on"
        any="On and off"
        options={SWITCHED}
        value={filters.active === null ? null : `${filters.active}`}
        onChange={(on) => onChange({ active: on === null ? null : on === 'true', pages: null })}
        flex="1 1 9rem"
      />
    </Group>
  )
}
