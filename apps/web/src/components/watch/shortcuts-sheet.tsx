'use client'

import { Kbd, Modal, Switch } from '@mantine/core'
import { SHORTCUTS } from '@/lib/videos/shortcuts'
import classes from './watch.module.css'

interface ShortcutsSheetProps {
  opened: boolean
  onClose: () => void
  everywhere: boolean
  onEverywhere: (everywhere: boolean) => void
}

export function ShortcutsSheet({ opened, onClose, everywhere, onEverywhere }: ShortcutsSheetProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Keyboard shortcuts"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <dl className={classes.shortcuts}>
        {SHORTCUTS.map(({ keys, does }) => (
          <div key={does} className={classes.shortcut}>
            <dt>{keys.map((key) => (key === '…' ? ` ${key} ` : <Kbd key={key}>{key}</Kbd>))}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <Switch
        mt="md"
        label="Keys work on the whole page"
        description="Otherwise only while the player is focused"
        checked={everywhere}
        onChange={(event) => onEverywhere(event.currentTarget.checked)}
      />
    </Modal>
  )
}
