import { BlockList, isIP, isIPv6 } from 'node:net'

/** Whose word on where a request came from counts where FORWARDED_ALLOW_IPS says nothing. */
const THIS_MACHINE = '127.0.0.0/8,::1'

/** As many bits as an address of either kind has. */
const BITS = { ipv4: 32, ipv6: 128 } as const

/**
 * Reads FORWARDED_ALLOW_IPS, which means here what it means to the API: addresses and networks of
 * proxies, separated by commas.
 *
 * @throws Error when a part is neither; a host's name would be believed by nobody, silently.
 */
export function trustedProxies(setting: string | undefined): BlockList {
  const proxies = new BlockList()
  for (const part of (setting || THIS_MACHINE).split(',')) {
    const [address = '', prefix] = part.trim().split('/')
    if (part.trim() === '') continue
    const family = familyOf(address)
    const bits = prefix === undefined ? BITS[family] : Number(prefix)
    if (isIP(address) === 0 || !Number.isInteger(bits) || bits < 0 || bits > BITS[family]) {
      throw new Error(`FORWARDED_ALLOW_IPS: ${part.trim()} is neither an address nor a network`)
    }
    proxies.addSubnet(address, bits, family)
  }
  return proxies
}

/**
 * Where a request came from: its sender, or what a trusted one says of whom it passes on. Each proxy
 * appends to X-Forwarded-For, so it is read from the right, up to the first that is no proxy of ours;
 * what stands left of that anybody may have written.
 *
 * @param sender The address at the other end of the connection.
 * @param forwardedFor The header X-Forwarded-For.
 */
export function visitorAddress(
  sender: string,
  forwardedFor: string | undefined,
  proxies: BlockList,
): string {
  let visitor = plain(sender)
  const said = (forwardedFor ?? '').split(',').map((part) => plain(withoutPort(part.trim())))
  for (const address of said.toReversed()) {
    if (isIP(address) === 0 || !proxies.check(visitor, familyOf(visitor))) break
    visitor = address
  }
  return visitor
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4'
}

/** A socket for both kinds of address has IPv4's in the form of IPv6's. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}

/** Some proxies name the port too: 192.0.2.1:5000, [2001:db8::1]:5000. */
function withoutPort(address: string): string {
  return (
    /^\[([^\]]+)\](:\d+)?$/.exec(address)?.[1] ?? /^([\d.]+):\d+$/.exec(address)?.[1] ?? address
  )
}
