import { notifications } from '@mantine/notifications'
import { messageOf } from '@/lib/rest/problem'

/** For `onError`: says what did not happen, and why. */
export function complain(title: string): (error: unknown) => void {
  return (error) =>
    notifications.show({ color: 'red', title, message: messageOf(error), role: 'alert' })
}
