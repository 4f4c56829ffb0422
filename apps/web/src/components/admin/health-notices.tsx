'use client'

import { Alert, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import type { SystemHealth } from '@/lib/admin/overview'

/** What is wrong with the installation and what to do about it, the worst first. */
export function HealthNotices({ health }: { health: SystemHealth }) {
  if (health.alerts.length === 0) {
    return (
      <Text size="sm" style={{ display: 'flex', alignItems: 'center', gap: '0.4rem' }}>
        <IconCircleCheck size={18} color="var(--mantine-color-teal-filled)" aria-hidden="true" />
        Healthy: workers, queue and storage are as they should be.
      </Text>
    )
  }
  return (
    <Stack gap="xs">
      {health.alerts.map(({ code, severity, detail, action }) => (
        <Alert
          key={code}
          color={severity === 'critical' ? 'red' : 'yellow'}
          icon={<IconAlertTriangle aria-hidden="true" />}
          title={`${severity === 'critical' ? 'Critical' : 'Warning'}: ${detail}`}
          styles={{ title: { color: 'var(--mantine-color-text)' } }}
        >
          <Text size="sm">{action}</Text>
        </Alert>
      ))}
    </Stack>
  )
}
