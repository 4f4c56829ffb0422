'use client'

import { Button, CloseButton, NativeSelect, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconAdjustmentsHorizontal, IconSearch } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { usePresetNames } from '@/components/presets/use-preset-names'
import { JOB_STATUSES, type JobStatus } from '@/lib/jobs/job'
import type { JobListFilter } from '@/lib/jobs/list-queries'
import { statusLabel } from './job-status'
import classes from './jobs.module.css'
import type { SetJobFilters } from './use-job-filters'

interface JobFilterBarProps {
  filters: JobListFilter
  onChange: SetJobFilters
}

/** On a phone all but the search is folded away under a button, which counts what is set there. */
export function JobFilterBar({ filters, onChange }: JobFilterBarProps) {
  const [open, setOpen] = useState(false)
  const { search, ...others } = filters
  const set = Object.values(others).filter((value) => value !== null).length
  return (
    <search className={classes.filters}>
      <SearchField search={search} onChange={onChange} />
      <Button
        variant="default"
        className={classes.filterButton}
        aria-expanded={open}
        aria-controls="job-filters"
        leftSection={<IconAdjustmentsHorizontal size={16} aria-hidden="true" />}
        onClick={() => setOpen(!open)}
      >
        {set > 0 ? `Filters (${set})` : 'Filters'}
      </Button>
      <div id="job-filters" className={classes.moreFilters} data-open={open}>
        <Choices filters={filters} onChange={onChange} />
      </div>
    </search>
  )
}

function SearchField({ search, onChange }: { search: string; onChange: SetJobFilters }) {
  const [text, setText] = useState(search)
  // Back and forward change the address without the field.
  useEffect(() => setText(search), [search])
  const look = useDebouncedCallback((value: string) => {
    void onChange({ search: value.trim() || null, at: null })
  }, 300)
  const type = (value: string) => {
    setText(value)
    look(value)
  }
  return (
    <TextInput
      aria-label="Search by file name"
      placeholder="Search by file name"
      className={classes.searchField}
      leftSection={<IconSearch size={16} aria-hidden="true" />}
      rightSection={
        text && <CloseButton size="sm" aria-label="Clear the search" onClick={() => type('')} />
      }
      value={text}
      onChange={(event) => type(event.currentTarget.value)}
      // Whoever follows a link at once must not be fetched back by a search that comes after it.
      onBlur={() => look.flush()}
    />
  )
}

function Choices({ filters, onChange }: JobFilterBarProps) {
  const { data: presets = [] } = usePresetNames()
  const { status, preset, priority, from, to } = filters
  const names = presets.map(({ name }) => name)
  // Jobs keep the name of a preset that is gone.
  if (preset && !names.includes(preset)) names.unshift(preset)
  return (
    <>
      <NativeSelect
        aria-label="Filter by status"
        data={[
          { value: '', label: 'Any status' },
          ...JOB_STATUSES.map((value) => ({ value, label: statusLabel(value) })),
        ]}
        value={status ?? ''}
        onChange={({ currentTarget }) =>
          onChange({ status: (currentTarget.value || null) as JobStatus | null, at: null })
        }
      />
      <NativeSelect
        aria-label="Filter by preset"
        data={[{ value: '', label: 'Any preset' }, ...names]}
        value={preset ?? ''}
        onChange={({ currentTarget }) =>
          onChange({ preset: currentTarget.value || null, at: null })
        }
      />
      <NativeSelect
        aria-label="Filter by priority"
        data={[
          { value: '', label: 'Any priority' },
          ...Array.from({ length: 11 }, (_, n) => ({
            value: `${10 - n}`,
            label: `Priority ${10 - n}`,
          })),
        ]}
        value={priority === null ? '' : `${priority}`}
        onChange={({ currentTarget: { value } }) =>
          onChange({ priority: value === '' ? null : Number(value), at: null })
        }
      />
      <DayField
        label="From"
        day={from}
        max={to}
        onChange={(day) => onChange({ from: day, at: null })}
      />
      <DayField
        label="To"
        day={to}
        min={from}
        onChange={(day) => onChange({ to: day, at: null })}
      />
    </>
  )
}

interface DayFieldProps {
  label: string
  day: string | null
  min?: string | null
  max?: string | null
  onChange: (day: string | null) => void
}

function DayField({ label, day, min, max, onChange }: DayFieldProps) {
  return (
    <TextInput
      type="date"
      aria-label={`Created ${label.toLowerCase()}`}
      leftSection={<span className={classes.dayLabel}>{label}</span>}
      leftSectionWidth={52}
      value={day ?? ''}
      min={min ?? undefined}
      max={max ?? undefined}
      onChange={(event) => onChange(event.currentTarget.value || null)}
    />
  )
}
