import { LinkButton } from '@/components/ui/link-button'
import classes from './gallery.module.css'
import { WayToUpload } from './way-to-upload'

/** An empty gallery: because nothing is public yet, or because nothing fits what is looked for. */
export function GalleryEmpty({ narrowed }: { narrowed: boolean }) {
  return <div className={classes.empty}>{narrowed ? <NoMatch /> : <NoneYet />}</div>
}

function NoMatch() {
  return (
    <>
      <p className={classes.emptyTitle}>No video matches</p>
      <p className={classes.emptyText}>
        Look for fewer or other words. All of them must be in the title, the tags, the category or
        the description.
      </p>
      <LinkButton href="/" variant="default">
        Show all videos
      </LinkButton>
    </>
  )
}

function NoneYet() {
  return (
    <>
      <p className={classes.emptyTitle}>No public videos yet</p>
      <WayToUpload />
    </>
  )
}
