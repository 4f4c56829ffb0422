'use client'

import { Alert, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useCallback, useEffect } from 'react'
import { useServices } from '@/components/providers/services'
import { formatBytes, formatDuration } from '@/lib/format'
import { ACCEPTED_FORMATS } from '@/lib/upload/acceptance'
import { DropZone } from './drop-zone'
import { QuotaLine } from './quota-line'
import { ResumableUploads } from './resumable-uploads'
import classes from './upload.module.css'
import { UploadDefaults, useUploadDefaults } from './upload-defaults'
import { UploadList } from './upload-list'
import { useUploads } from './upload-provider'
import { useAccept } from './use-accept'

export function UploadPage() {
  const { limits } = useServices().config
  const { engine, items, load } = useUploads()
  const [settings, setSettings] = useUploadDefaults()
  const { accept, rejections, clearRejections } = useAccept(engine, settings)
  useEffect(load, [load])
  const add = useCallback((files: File[]) => void accept(files), [accept])

  return (
    <div className={classes.page}>
      <Stack gap="lg">
        <div>
          <Title order={1} size="h2">
            Upload videos
          </Title>
          <Text c="dimmed" mt={4} id="upload-limits">
            {ACCEPTED_FORMATS}.<br />
            Up to {formatBytes(limits.maxBytes)} and {formatDuration(limits.maxSeconds)} each, at
            least {limits.minShortSide} pixels on the short side.
          </Text>
        </div>
        <QuotaLine />
        <DropZone onFiles={add} disabled={!engine} describedBy="upload-limits" />
        <UploadDefaults settings={settings} onChange={setSettings} />
        {rejections.length > 0 && (
          <Alert
            role="alert"
            color="red"
            icon={<IconAlertTriangle aria-hidden="true" />}
            title={
              rejections.length === 1
                ? 'One file was not taken'
                : `${rejections.length} files were not taken`
            }
            withCloseButton
            closeButtonLabel="Close this message"
            onClose={clearRejections}
          >
            <ul className={classes.reasons}>
              {rejections.map((reason) => (
                <li key={reason}>{reason}</li>
              ))}
            </ul>
          </Alert>
        )}
        {engine && <ResumableUploads engine={engine} items={items} onFiles={add} />}
        {engine && items.length > 0 && <UploadList engine={engine} items={items} />}
      </Stack>
    </div>
  )
}
