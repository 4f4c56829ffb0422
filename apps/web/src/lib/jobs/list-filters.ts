import {
  createLoader,
  type inferParserType,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
} from 'nuqs/server'
import { JOB_STATUSES } from './job'
import type { JobListFilter } from './list-queries'

const DAY = /^\d{4}-\d{2}-\d{2}$/

/** What a list of jobs keeps in the address. `at` is the cursor of the page that is in sight. */
export const jobListParsers = {
  status: parseAsStringLiteral(JOB_STATUSES),
  search: parseAsString.withDefault(''),
  preset: parseAsString,
  priority: parseAsInteger,
  from: parseAsString,
  to: parseAsString,
  at: parseAsString,
}

/** Reads them of an address, on the server. */
export const loadJobListAddress = createLoader(jobListParsers)

/** What the address asks for; what makes no sense counts as left out. */
export function jobFiltersOf(
  address: Omit<inferParserType<typeof jobListParsers>, 'at'>,
): JobListFilter {
  const { status, search, preset, priority, from, to } = address
  return {
    status,
    search,
    preset,
    priority: priority !== null && priority >= 0 && priority <= 10 ? priority : null,
    from: from && DAY.test(from) ? from : null,
    to: to && DAY.test(to) ? to : null,
  }
}

export function isNarrowed({ search, ...others }: JobListFilter): boolean {
  return search !== '' || Object.values(others).some((value) => value !== null)
}
