'use client'

import { Badge, Group, Progress, Stack, Text } from '@mantine/core'
import { levelOf, percentUsed, type QuotaLevel, type QuotaStand } from '@/lib/account/quota'
import { formatBytes, formatExact, formatPercent } from '@/lib/format'

interface QuotaBarsProps {
  quotas: { jobsPerDay: QuotaStand; storedBytes: QuotaStand }
}

export function QuotaBars({ quotas: { jobsPerDay, storedBytes } }: QuotaBarsProps) {
  return (
    <Stack gap="lg">
      <QuotaBar
        name="Jobs today"
        stand={jobsPerDay}
        format={(count) => count.toLocaleString('en')}
        remedy="Further jobs are accepted once the count begins anew, or ask an administrator for more."
      />
      <QuotaBar
        name="Storage"
        stand={storedBytes}
        format={formatBytes}
        remedy="Delete jobs and videos that are not needed any more, or ask an administrator for more."
      />
    </Stack>
  )
}

const LOOKS: Record<Exclude<QuotaLevel, 'unlimited'>, { color: string; label: string | null }> = {
  fine: { color: 'mill', label: null },
  warning: { color: 'yellow.7', label: 'Nearly used up' },
  'used-up': { color: 'red.8', label: 'Used up' },
}

interface QuotaBarProps {
  name: string
  stand: QuotaStand
  format: (amount: number) => string
  /** What to do when little or nothing is left. */
  remedy: string
}

function QuotaBar({ name, stand, format, remedy }: QuotaBarProps) {
  const level = levelOf(stand)
  const { used, limit, resetsAt } = stand
  if (level === 'unlimited' || limit === null) {
    return (
      <Group justify="space-between">
        <Text size="sm" fw={500}>
          {name}
        </Text>
        <Text size="sm">{format(used)} used, no limit</Text>
      </Group>
    )
  }
  const { color, label } = LOOKS[level]
  return (
    <div>
      <Group justify="space-between" mb={6} gap="xs">
        <Group gap="xs">
          <Text size="sm" fw={500}>
            {name}
          </Text>
          {label && (
            <Badge color={color} data-level={level}>
              {label}
            </Badge>
          )}
        </Group>
        <Text size="sm">
          {format(used)} of {format(limit)}, {formatPercent(percentUsed(stand))}
        </Text>
      </Group>
      <Progress value={percentUsed(stand)} color={color} aria-label={`${name}: how much is used`} />
      <Text size="sm" c="dimmed" mt={6}>
        {resetsAt
          ? `Counted anew from ${formatExact(Date.parse(resetsAt))}.`
          : 'Counts what is stored now.'}
        {label && ` ${remedy}`}
      </Text>
    </div>
  )
}
