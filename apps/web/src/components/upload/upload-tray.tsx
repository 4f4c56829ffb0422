'use client'

import { ActionIcon, Anchor, Group, Paper, Progress, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconChevronDown, IconChevronUp, IconX } from '@tabler/icons-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Reads } from '@/components/providers/reads'
import type { UploadEngine } from '@/lib/upload/engine'
import { isUnfinished, percentOf, type UploadItem } from '@/lib/upload/upload-item'
import classes from './upload.module.css'
import { UploadRow } from './upload-row'

interface UploadTrayProps {
  engine: UploadEngine
  /** At least one. */
  items: UploadItem[]
}

/** How far the uploads are, in a corner of the page; with a button, each of them. */
export default function UploadTray({ engine, items }: UploadTrayProps) {
  const [open, { toggle }] = useDisclosure(false)
  const size = items.reduce((sum, item) => sum + item.size, 0)
  const percent = percentOf(
    items.reduce((sum, item) => sum + item.bytesUploaded, 0),
    size,
  )
  return (
    <>
      <div className={classes.traySpace} />
      <Paper component="aside" withBorder shadow="md" className={classes.tray} aria-label="Uploads">
        {open && (
          <Reads>
            <ul className={classes.trayList} style={{ listStyle: 'none', margin: 0, padding: 0 }}>
              {items.map((item) => (
                <UploadRow key={item.id} item={item} engine={engine} />
              ))}
            </ul>
          </Reads>
        )}
        <Group px="md" py="xs" gap="xs" wrap="nowrap" justify="space-between">
          <div style={{ flex: 1, minWidth: 0 }}>
            <Group justify="space-between" wrap="nowrap">
              <Text size="sm" fw={600} role="status">
                {summary(items)}
              </Text>
              <Anchor component={Link} href="/upload" size="sm">
                All uploads
              </Anchor>
            </Group>
            <Progress value={percent} size="xs" mt={6} aria-label="All uploads together" />
          </div>
          <TrayButton
            label={open ? 'Hide the list of uploads' : 'Show the list of uploads'}
            expanded={open}
            onClick={toggle}
          >
            {open ? <IconChevronDown size={18} /> : <IconChevronUp size={18} />}
          </TrayButton>
          {items.every((item) => item.state === 'done') && (
            <TrayButton label="Close the uploads" onClick={() => engine.clearFinished()}>
              <IconX size={18} />
            </TrayButton>
          )}
        </Group>
      </Paper>
    </>
  )
}

interface TrayButtonProps {
  label: string
  expanded?: boolean
  onClick: () => void
  children: ReactNode
}

function TrayButton({ label, expanded, onClick, children }: TrayButtonProps) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      c="var(--mantine-color-text)"
      aria-label={label}
      aria-expanded={expanded}
      title={label}
      onClick={onClick}
    >
      {children}
    </ActionIcon>
  )
}

function summary(items: UploadItem[]): string {
  const count = (number: number, what: string) => (number > 0 ? [`${number} ${what}`] : [])
  const parts = [
    ...count(items.filter(isUnfinished).length, 'uploading'),
    ...count(items.filter((item) => item.state === 'paused').length, 'paused'),
    ...count(items.filter((item) => item.state === 'failed').length, 'failed'),
    ...count(items.filter((item) => item.state === 'done').length, 'uploaded'),
  ]
  return parts.join(', ')
}
