'use client'

import { Kbd, Switch } from '@mantine/core'
import { Dialog } from '@/components/ui/dialog'
import { SHORTCUTS } from '@/lib/videos/shortcuts'
import classes from './watch.module.css'

interface ShortcutsSheetProps {
  onClose: () => void
  everywhere: boolean
  onEverywhere: (everywhere: boolean) => void
}

export default function ShortcutsSheet(props: ShortcutsSheetProps) {
  const { onClose, everywhere, onEverywhere } = props
  return (
    <Dialog onClose={onClose} title="Keyboard shortcuts">
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
    </Dialog>
  )
}
