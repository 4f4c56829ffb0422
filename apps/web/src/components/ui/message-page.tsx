'use client'

import { Button, Center, Stack, Text, Title } from '@mantine/core'
import Link from 'next/link'
import type { ReactNode } from 'react'

interface MessagePageProps {
  title: string
  children: ReactNode
  action: { label: string; href: string } | { label: string; onClick: () => void }
}

/** A page that has nothing to show but a sentence, and the way on from there. */
export function MessagePage({ title, children, action }: MessagePageProps) {
  return (
    <Center mih="50dvh" p="md">
      <Stack align="center" gap="sm" maw={460} ta="center">
        <Title order={1} size="h2">
          {title}
        </Title>
        <Text c="dimmed">{children}</Text>
        {'href' in action ? (
          <Button component={Link} href={action.href} mt="sm">
            {action.label}
          </Button>
        ) : (
          <Button onClick={action.onClick} mt="sm">
            {action.label}
          </Button>
        )}
      </Stack>
    </Center>
  )
}
