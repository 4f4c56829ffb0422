'use client'

import { Alert, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { formatBytes } from '@/lib/format'
import { type Quotas, usedPercent } from '@/lib/upload/quota'
import { useQuotas } from './use-accept'

/** From here on there is a warning. */
const NEARLY_FULL = 80

/** What the account has used of what it may; nothing where it has no limits. */
export function QuotaLine() {
  const { data } = useQuotas()
  if (!data) return null
  const parts = quotaParts(data)
  if (parts.length === 0) return null
  const text = `${parts.map((part) => part.text).join(', ')}.`
  const percent = Math.max(...parts.map((part) => part.percent))
  if (percent < NEARLY_FULL) {
    return (
      <Text size="sm" c="dimmed">
        {text}
      </Text>
    )
  }
  return (
    <Alert
      color="yellow"
      icon={<IconAlertTriangle aria-hidden="true" />}
      title={percent >= 100 ? 'Your quota is used up' : 'Your quota is nearly used up'}
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
    >
      {text}
    </Alert>
  )
}

function quotaParts({ jobsPerDay, storedBytes }: Quotas): { text: string; percent: number }[] {
  const parts: { text: string; percent: number }[] = []
  const jobs = usedPercent(jobsPerDay)
  if (jobs !== null) {
    parts.push({ text: `${jobsPerDay.used} of ${jobsPerDay.limit} jobs today`, percent: jobs })
  }
  const stored = usedPercent(storedBytes)
  if (stored !== null) {
    const limit = formatBytes(storedBytes.limit ?? 0)
    parts.push({ text: `${formatBytes(storedBytes.used)} of ${limit} stored`, percent: stored })
  }
  return parts
}
