'use client'

import { Button, Group, Paper, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import {
  IconCopyPlus,
  IconPencil,
  IconTrash,
  IconUpload,
  type TablerIcon,
} from '@tabler/icons-react'
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
  const named = encodeURIComponent(name)
  return (
    <>
      <ActionLink what="Use" name={name} href={`/upload?preset=${named}`} icon={IconUpload} />
      <ActionLink
        what="Duplicate"
        name={name}
        href={`/presets/new?from=${named}`}
        icon={IconCopyPlus}
      />
      {!builtIn && (
        <>
          <ActionLink what="Edit" name={name} href={`/presets/${named}`} icon={IconPencil} />
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

interface ActionLinkProps {
  what: string
  /** Of the preset, for those who hear the link. */
  name: string
  href: string
  icon: TablerIcon
}

function ActionLink({ what, name, href, icon: Icon }: ActionLinkProps) {
  return (
    <Button
      component={Link}
      href={href}
      size="compact-sm"
      variant="default"
      leftSection={<Icon size={14} aria-hidden="true" />}
      aria-label={`${what} ${name}`}
    >
      {what}
    </Button>
  )
}
