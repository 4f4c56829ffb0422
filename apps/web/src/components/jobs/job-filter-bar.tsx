'use client'

import { Button, TextInput } from '@mantine/core'
import { IconAdjustmentsHorizontal } from '@tabler/icons-react'
import { useState } from 'react'
import { usePresetNames } from '@/components/presets/use-preset-names'
import { FilterSelect } from '@/components/ui/filter-select'
import { SearchField } from '@/components/ui/search-field'
import { useEarlyInput } from '@/components/ui/use-early-input'
import type { JobListFilter } from '@/lib/jobs/list-queries'
import { STATUS_OPTIONS } from './job-status'
import classes from './jobs.module.css'
import type { SetJobFilters } from './use-job-filters'

/** The most urgent first. */
const PRIORITIES = Array.from({ length: 11 }, (_, n) => ({
  value: `${10 - n}`,
  label: `Priority ${10 - n}`,
}))

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
      <SearchField
        label="Search by file name"
        value={search}
        onChange={(search) => void onChange({ search, at: null })}
      />
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

function Choices({ filters, onChange }: JobFilterBarProps) {
  const { data: presets = [] } = usePresetNames()
  const { status, preset, priority, from, to } = filters
  const names = presets.map(({ name }) => name)
  // Jobs keep the name of a preset that is gone.
  if (preset && !names.includes(preset)) names.unshift(preset)
  return (
    <>
      <FilterSelect
        label="Filter by status"
        any="Any status"
        options={STATUS_OPTIONS}
        value={status}
        onChange={(status) => void onChange({ status, at: null })}
      />
      <FilterSelect
        label="Filter by preset"
        any="Any preset"
        options={names}
        value={preset}
        onChange={(preset) => void onChange({ preset, at: null })}
      />
      <FilterSelect
        label="Filter by priority"
        any="Any priority"
        options={PRIORITIES}
        value={priority === null ? null : `${priority}`}
        onChange={(chosen) =>
          void onChange({ priority: chosen === null ? null : Number(chosen), at: null })
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
  const choose = (value: string) => onChange(value || null)
  const field = useEarlyInput<HTMLInputElement>(day ?? '', choose)
  return (
    <TextInput
      ref={field}
      type="date"
      aria-label={`Created ${label.toLowerCase()}`}
      leftSection={<span className={classes.dayLabel}>{label}</span>}
      leftSectionWidth={52}
      value={day ?? ''}
      min={min ?? undefined}
      max={max ?? undefined}
      onChange={({ currentTarget }) => choose(currentTarget.value)}
    />
  )
}
