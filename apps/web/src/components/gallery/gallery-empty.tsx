'use client'

import { Button, Paper, Stack, Text } from '@mantine/core'
import Link from 'next/link'
import { useSession } from '@/components/providers/use-session'

/** An empty gallery: because nothing is public yet, or because nothing fits what is looked for. */
export function GalleryEmpty({ narrowed }: { narrowed: boolean }) {
  return (
    <Paper withBorder p="xl" bg="var(--vidmill-surface)">
      <Stack align="center" gap="sm" py="xl" ta="center">
        {narrowed ? <NoMatch /> : <NoneYet />}
      </Stack>
    </Paper>
  )
}

function NoMatch() {
  return (
    <>
      <Text fw={600} fz="lg">
        No video matches
      </Text>
      <Text c="dimmed">
        Look for fewer or other words. All of them must be in the title, the tags, the category or
        the description.
      </Text>
      <Button component={Link} href="/" variant="default">
        Show all videos
      </Button>
    </>
  )
}

function NoneYet() {
  const { data: user } = useSession()
  return (
    <>
      <Text fw={600} fz="lg">
        No public videos yet
      </Text>
      <Text c="dimmed" maw={460}>
        {user
          ? 'Upload a video, then make it public under “My videos”: everybody finds it here.'
          : 'Whoever has an account here can upload a video and make it public.'}
      </Text>
      <Button component={Link} href="/upload">
        Upload the first video
      </Button>
      {user && (
        <Button component={Link} href="/videos" variant="subtle">
          To my videos
        </Button>
      )}
    </>
  )
}
