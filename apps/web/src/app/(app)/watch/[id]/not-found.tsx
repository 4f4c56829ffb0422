import { Reads } from '@/components/providers/reads'
import { MissingVideo } from '@/components/watch/missing-video'
import { readServerConfig } from '@/lib/config'

export default function NotFound() {
  return (
    <Reads>
      <MissingVideo webUrl={readServerConfig(process.env).webUrl} />
    </Reads>
  )
}
