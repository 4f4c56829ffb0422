'use client'

import { Button, Menu, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useState } from 'react'
import { useDownloadUrl } from '@/components/job/use-download-url'
import { jobKey } from '@/components/job/use-job'
import { useGraphQL } from '@/components/providers/use-graphql'
import { formatBytes } from '@/lib/format'
import type { JobDetail } from '@/lib/jobs/job'
import { fetchJob } from '@/lib/jobs/queries'
import { messageOf } from '@/lib/rest/problem'

/** The owner's way to the files: an MP4 of each quality. They are read when somebody asks. */
export default function DownloadMenu({ jobId }: { jobId: string }) {
  const [opened, setOpened] = useState(false)
  const graphql = useGraphQL()
  const { data: job, error } = useQuery({
    queryKey: jobKey(jobId),
    queryFn: ({ signal }) => fetchJob(graphql, jobId, signal),
    enabled: opened,
  })
  return (
    <Menu
      opened={opened}
      onChange={setOpened}
      position="bottom-end"
      width={230}
      withinPortal={false}
    >
      <Menu.Target>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconDownload size={16} aria-hidden="true" />}
        >
          Download
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {error && <Menu.Label c="var(--mantine-color-error)">{messageOf(error)}</Menu.Label>}
        {!job && !error && <Menu.Label c="dimmed">Reading the list</Menu.Label>}
        {job && <Mp4Items job={job} />}
        <Menu.Item component={Link} href={`/jobs/${jobId}`}>
          All files, on its job’s page
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function Mp4Items({ job }: { job: JobDetail }) {
  const download = useDownloadUrl(job.id)
  return job.renditions.map(({ id, name, mp4AssetId, mp4SizeBytes }) =>
    mp4AssetId ? (
      <Menu.Item
        key={id}
        component="a"
        href={download(mp4AssetId)}
        rightSection={
          <Text size="xs" c="dimmed">
            {mp4SizeBytes !== null && formatBytes(mp4SizeBytes)}
          </Text>
        }
      >
        {name}, MP4
      </Menu.Item>
    ) : null,
  )
}
