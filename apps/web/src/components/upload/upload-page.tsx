'use client'

import { Alert, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import dynamic from 'next/dynamic'
import { useCallback, useEffect } from 'react'
import { usePresetNames } from '@/components/presets/use-preset-names'
import { useServices } from '@/components/providers/services'
import { useSession } from '@/components/providers/session-provider'
import { formatBytes, formatDuration } from '@/lib/format'
import type { FirstAnswer } from '@/lib/graphql/on-server'
import type { PresetName } from '@/lib/presets/preset-names'
import { ACCEPTED_FORMATS } from '@/lib/upload/acceptance'
import type { Quotas } from '@/lib/upload/quota'
import { whenIdle } from '@/lib/when-idle'
import { DropZone } from './drop-zone'
import { QuotaLine } from './quota-line'
import classes from './upload.module.css'
import { UploadDefaults, useUploadDefaults } from './upload-defaults'
import { useUploads } from './upload-provider'
import { useAccept, useQuotas } from './use-accept'

/** Comes with the engine: there is nothing of it to be seen before. */
const UploadQueue = dynamic(() => import('./upload-queue'), { ssr: false })

interface UploadPageProps {
  /** What the server has read already, if it could. */
  presets: FirstAnswer<PresetName[]> | null
  quotas: FirstAnswer<Quotas> | null
}

export function UploadPage({ presets, quotas }: UploadPageProps) {
  usePresetNames(presets)
  useQuotas(quotas)
  const { limits } = useServices().config
  const { data: user } = useSession()
  const { engine, items, load } = useUploads()
  const [settings, setSettings] = useUploadDefaults()
  const { accept, rejections, clearRejections } = useAccept(settings)
  useEffect(() => (user ? whenIdle(() => load().catch(() => {})) : undefined), [user, load])
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
        <DropZone onFiles={add} disabled={!user} describedBy="upload-limits" />
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
        {engine && <UploadQueue engine={engine} items={items} onFiles={add} />}
      </Stack>
    </div>
  )
}
