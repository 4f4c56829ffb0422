'use client'

import { Button, Group, Paper, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconCopyPlus, IconPencil, IconTrash, IconUpload } from '@tabler/icons-react'
import Link from 'next/link'
import { useId } from 'react'
import { CopyButton } from '@/components/ui/copy-button'
import { Facts } from '@/components/ui/facts'
import { outputNames, type Preset, pictureSummary, soundSummary } from '@/lib/presets/preset'
import { PresetDetails } from './preset-details'
import classes from './presets.module.css'
import { useDeletePreset } from './use-delete-preset'

export function PresetCard({ preset }: { preset: Preset }) {
  const { name, description, spec } = preset
  const [open, { toggle }] = useDisclosure(false)
  const id = useId()
  return (
    <Paper component="li" withBorder p="md" bg="var(--vidmill-surface)" className={classes.card}>
      <div>
        <Group gap={4} wrap="nowrap">
          <Title order={3} size="h5" style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Title>
          <CopyButton value={name} what={`the name ${name}`} />
        </Group>
        {description && (
          <Text size="sm" c="dimmed">
            {description}
          </Text>
        )}
      </div>
      <Facts dense>
        <dt>Picture</dt>
        <dd>{pictureSummary(spec)}</dd>
        <dt>Sound</dt>
        <dd>{soundSummary(spec)}</dd>
        <dt>Makes</dt>
        <dd>{outputNames(spec).join(', ') || 'nothing else'}</dd>
      </Facts>
      <Group gap="xs" className={classes.actions}>
        <Actions preset={preset} />
        <Button
          size="compact-sm"
          variant="subtle"
          aria-expanded={open}
          aria-controls={id}
          aria-label={`${open ? 'Hide' : 'Show'} all settings of ${name}`}
          onClick={toggle}
        >
          {open ? 'Hide all settings' : 'All settings'}
        </Button>
      </Group>
      <div id={id} hidden={!open}>
        {open && <PresetDetails spec={spec} />}
      </div>
    </Paper>
  )
}

function Actions({ preset: { name, builtIn } }: { preset: Preset }) {
  const remove = useDeletePreset(name)
  return (
    <>
      <Button
        component={Link}
        href={`/upload?preset=${encodeURIComponent(name)}`}
        size="compact-sm"
        variant="default"
        leftSection={<IconUpload size={14} aria-hidden="true" />}
        aria-label={`Use ${name}`}
      >
        Use
      </Button>
      <Button
        component={Link}
        href={`/presets/new?from=${encodeURIComponent(name)}`}
        size="compact-sm"
        variant="default"
        leftSection={<IconCopyPlus size={14} aria-hidden="true" />}
        aria-label={`Duplicate ${name}`}
      >
        Duplicate
      </Button>
      {!builtIn && (
        <>
          <Button
            component={Link}
            href={`/presets/${encodeURIComponent(name)}`}
            size="compact-sm"
            variant="default"
            leftSection={<IconPencil size={14} aria-hidden="true" />}
            aria-label={`Edit ${name}`}
          >
            Edit
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconTrash size={14} aria-hidden="true" />}
            aria-label={`Delete ${name}`}
            onClick={remove}
          >
            Delete
          </Button>
        </>
      )}
    </>
  )
}
