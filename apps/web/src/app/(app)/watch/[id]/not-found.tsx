import { MissingVideo } from '@/components/watch/missing-video'
import { readServerConfig } from '@/lib/config'

export default function NotFound() {
  return <MissingVideo webUrl={readServerConfig(process.env).webUrl} />
}
