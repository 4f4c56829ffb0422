'use client'

import { Button, Group, Stack, Text } from '@mantine/core'
import { Dropzone } from '@mantine/dropzone'
import { IconCloudUpload } from '@tabler/icons-react'
import { useRef } from 'react'
import classes from './upload.module.css'

interface DropZoneProps {
  onFiles: (files: File[]) => void
  disabled: boolean
  /** Id of the element that states the limits. */
  describedBy: string
}

/**
 * Takes files by drop anywhere on the page and by button. What is acceptable is not decided here:
 * a file that cannot be taken is to be named with its reason, not to be dropped silently.
 */
export function DropZone({ onFiles, disabled, describedBy }: DropZoneProps) {
  const open = useRef<() => void>(null)
  return (
    <>
      <Dropzone
        openRef={open}
        onDrop={onFiles}
        disabled={disabled}
        activateOnClick={false}
        activateOnKeyboard={false}
        // The button is what the keyboard and the screen reader use; the zone is for the mouse.
        tabIndex={-1}
        inputProps={{ 'aria-label': 'Video files' }}
        className={classes.dropZone}
      >
        <Stack align="center" gap="sm" className={classes.dropZoneContent}>
          <IconCloudUpload
            size={52}
            stroke={1.4}
            aria-hidden="true"
            className={classes.dropZoneIcon}
          />
          <Text fz="lg" fw={600}>
            <Dropzone.Idle>Drop videos here</Dropzone.Idle>
            <Dropzone.Accept>Let go to upload</Dropzone.Accept>
            <Dropzone.Reject>Let go to upload</Dropzone.Reject>
          </Text>
          <Group>
            <Button
              onClick={() => open.current?.()}
              disabled={disabled}
              aria-describedby={describedBy}
              className={classes.chooseButton}
            >
              Choose files
            </Button>
          </Group>
          <Text size="sm" c="dimmed" ta="center">
            Uploads go on while you look around, and can be continued after a break.
          </Text>
        </Stack>
      </Dropzone>
      <Dropzone.FullScreen
        withinPortal={false}
        active={!disabled}
        onDrop={onFiles}
        className={classes.fullScreen}
      >
        <Text fz="xl" fw={600} ta="center">
          Let go to upload
        </Text>
      </Dropzone.FullScreen>
    </>
  )
}
