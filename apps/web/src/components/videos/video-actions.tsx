'use client'

import { ActionIcon, Menu } from '@mantine/core'
import { IconDots, IconEdit, IconPlayerPlay, IconTrash } from '@tabler/icons-react'
import Link from 'next/link'
import { editPath, type OwnVideo, VISIBILITIES, watchPath } from '@/lib/videos/video'
import { useVideoActions } from './use-video-actions'
import { visibilityLabel } from './visibility'

/** What can be done with one video of the list. */
export function VideoActions({ video }: { video: OwnVideo }) {
  const { setVisibility, confirmDelete } = useVideoActions()
  const { id, title, visibility } = video
  return (
    <Menu position="bottom-end" width={210} withinPortal={false}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          c="var(--mantine-color-text)"
          aria-label={`Actions for ${title}`}
        >
          <IconDots size={18} aria-hidden="true" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          component={Link}
          href={watchPath(id)}
          leftSection={<IconPlayerPlay size={16} aria-hidden="true" />}
        >
          Watch
        </Menu.Item>
        <Menu.Item
          component={Link}
          href={editPath(id)}
          leftSection={<IconEdit size={16} aria-hidden="true" />}
        >
          Edit
        </Menu.Item>
        <Menu.Divider />
        {VISIBILITIES.filter((each) => each !== visibility).map((each) => (
          <Menu.Item key={each} onClick={() => setVisibility([video], each)}>
            Make {visibilityLabel(each).toLowerCase()}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          c="var(--mantine-color-error)"
          leftSection={<IconTrash size={16} aria-hidden="true" />}
          onClick={() => confirmDelete([video])}
        >
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
