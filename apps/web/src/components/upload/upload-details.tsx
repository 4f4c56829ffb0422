'use client'

import { Anchor, Text } from '@mantine/core'
import { useId, useState } from 'react'
import type { UploadEngine } from '@/lib/upload/engine'
import type { UploadItem } from '@/lib/upload/upload-item'
import { PresetField, PrivacyField, TitleField, visibilityName } from './settings-fields'
import classes from './upload.module.css'

/** What becomes of the file, in a line; under it the fields to change it while it is sent. */
export function UploadDetails({ item, engine }: { item: UploadItem; engine: UploadEngine }) {
  const [open, setOpen] = useState(false)
  const id = useId()
  const { settings, canDescribe, name } = item
  const fields = {
    settings,
    of: name,
    onChange: (change: Partial<typeof settings>) => engine.describe(item.id, change),
  }
  return (
    <div className={classes.rowWide}>
      <Text size="sm" c="dimmed" component="span">
        {[settings.title.trim(), `Preset ${settings.preset}`, visibilityName(settings.visibility)]
          .filter(Boolean)
          .join(' · ')}
      </Text>
      {canDescribe && (
        <>
          {' '}
          <Anchor
            component="button"
            size="sm"
            underline="always"
            aria-expanded={open}
            aria-controls={id}
            aria-label={`${open ? 'Close' : 'Change'} title, preset and privacy of ${name}`}
            onClick={() => setOpen(!open)}
          >
            {open ? 'Close' : 'Change'}
          </Anchor>
          {open && (
            <div id={id} className={classes.fields}>
              <TitleField {...fields} />
              <PresetField {...fields} />
              <PrivacyField {...fields} />
            </div>
          )}
        </>
      )}
    </div>
  )
}
