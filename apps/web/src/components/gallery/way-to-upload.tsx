'use client'

import { useSession } from '@/components/providers/session-provider'
import { LinkButton } from '@/components/ui/link-button'
import classes from './gallery.module.css'

/** How the first video gets into the gallery: one click from here. */
export function WayToUpload() {
  const { data: user } = useSession()
  return (
    <>
      <p className={classes.emptyText}>
        {user
          ? 'Upload a video, then make it public under “My videos”: everybody finds it here.'
          : 'Whoever has an account here can upload a video and make it public.'}
      </p>
      <LinkButton href="/upload">Upload the first video</LinkButton>
      {user && (
        <LinkButton href="/videos" variant="subtle">
          To my videos
        </LinkButton>
      )}
    </>
  )
}
