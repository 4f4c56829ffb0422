import { MessagePage } from '@/components/ui/message-page'

export default function NotFound() {
  return (
    <main>
      <MessagePage title="There is no such page" action={{ href: '/', label: 'To the start page' }}>
        The address may be mistyped, or the page was moved.
      </MessagePage>
    </main>
  )
}
