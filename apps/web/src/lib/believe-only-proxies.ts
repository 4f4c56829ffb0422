import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import { trustedProxies, visitorAddress } from './visitor-address'

/**
 * Makes X-Forwarded-For of every request the one address that it came from. Next takes the header as
 * it is sent, and a page knows no connection: what reads it later has nothing else to go by.
 *
 * @throws Error when the setting cannot be read.
 */
export function believeOnlyProxies(setting: string | undefined): void {
  const proxies = trustedProxies(setting)
  // Node publishes here before it hands the request to the server.
  subscribe('http.server.request.start', (message) => {
    const { headers, socket } = (message as { request: IncomingMessage }).request
    const said = headers['x-forwarded-for']
    const sender = socket.remoteAddress
    if (sender === undefined) delete headers['x-forwarded-for']
    else headers['x-forwarded-for'] = visitorAddress(sender, said?.toString(), proxies)
  })
}
