import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './globals.css'
import { ColorSchemeScript, mantineHtmlProps } from '@mantine/core'
import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { AppProviders } from '@/components/providers/app-providers'
import { readConfig } from '@/lib/config'
import { readVisitor } from '@/lib/rest/session-on-server'

export const metadata: Metadata = {
  title: { default: 'Vidmill', template: '%s · Vidmill' },
  description: 'Upload a video; play it seconds later, in every quality, in every browser.',
}

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f6f8f9' },
    { media: '(prefers-color-scheme: dark)', color: '#1f1f1f' },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Reading headers also makes every page render on request, when the environment is that of the
  // running server and the nonce that of this response.
  const received = await headers()
  const nonce = received.get('x-nonce') ?? undefined
  const config = readConfig(process.env)
  const host = received.get('host') ?? 'localhost'
  const visitor = await readVisitor(host, config.apiUrl)
  return (
    <html lang="en" {...mantineHtmlProps}>
      <head>
        <ColorSchemeScript defaultColorScheme="auto" nonce={nonce} />
      </head>
      <body>
        <AppProviders config={config} visitor={visitor}>
          {children}
        </AppProviders>
      </body>
    </html>
  )
}
