'use client'

import { Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './embed.module.css'

/** A sentence in the player's place, in another page. */
export function EmbeddedMessage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className={classes.stage}>
      <div className={classes.message}>
        <Title order={1} size="h4">
          {title}
        </Title>
        <Text size="sm" mt={4}>
          {children}
        </Text>
      </div>
    </main>
  )
}
