'use client'

import { Center, Paper, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { Logo } from '@/components/shell/logo'

interface EntranceProps {
  title: string
  text: string
  children: ReactNode
}

/** What the pages before the door look like: a card in the middle, with the logo on it. */
export function Entrance({ title, text, children }: EntranceProps) {
  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper component="section" withBorder p="xl" w="100%" maw={420} bg="var(--vidmill-surface)">
        <Stack>
          <Logo />
          <div>
            <Title order={1} size="h3">
              {title}
            </Title>
            <Text c="dimmed" size="sm">
              {text}
            </Text>
          </div>
          {children}
        </Stack>
      </Paper>
    </Center>
  )
}
