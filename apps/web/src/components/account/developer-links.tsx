'use client'

import { Anchor, Stack, Text } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import Link from 'next/link'
import { useServices } from '@/components/providers/services'
import { SecretLine } from '@/components/ui/shown-once'

/** Where programs find what they need. */
export function DeveloperLinks() {
  const { apiUrl, graphqlUrl } = useServices().config
  return (
    <Stack gap="sm">
      <Text size="sm">
        Programs send an{' '}
        <Anchor component={Link} href="/account/keys" underline="always" inherit>
          API key
        </Anchor>{' '}
        in <code>X-API-Key</code>, and hear of what happens by{' '}
        <Anchor component={Link} href="/webhooks" underline="always" inherit>
          webhooks
        </Anchor>
        .
      </Text>
      <ExternalLink href={`${apiUrl}/docs`} label="Documentation of the REST API" />
      <ExternalLink href={`${graphqlUrl}/`} label="Playground of the GraphQL API" />
      <SecretLine caption="REST" value={`${apiUrl}/api/v1`} what="the address of the REST API" />
      <SecretLine
        caption="GraphQL"
        value={`${graphqlUrl}/query`}
        what="the address of the GraphQL API"
      />
    </Stack>
  )
}

function ExternalLink({ href, label }: { href: string; label: string }) {
  return (
    <Anchor href={href} target="_blank" rel="noreferrer" size="sm" underline="always">
      {label}{' '}
      <IconExternalLink
        size={14}
        aria-label="(opens a new tab)"
        style={{ verticalAlign: '-0.15em' }}
      />
    </Anchor>
  )
}
