import { EmbeddedMessage } from '@/components/watch/embedded-message'

export default function NotFound() {
  return (
    <EmbeddedMessage title="This video is not available">
      It is private, or it was deleted.
    </EmbeddedMessage>
  )
}
