import type { AppConfig } from '@/lib/config'

/**
 * The page may run our own scripts and talk to this installation's services, nothing else.
 *
 * `style-src 'unsafe-inline'` stays because Mantine and media-chrome write style attributes and
 * elements at run time; scripts need the nonce of this very response.
 */
export function contentSecurityPolicy(
  config: AppConfig,
  nonce: string,
  development: boolean,
  /** Whose pages may show this one in a frame. */
  framedBy: "'none'" | '*' = "'none'",
): string {
  const origins = [config.apiUrl, config.graphqlUrl, config.storageUrl].map(
    (url) => new URL(url).origin,
  )
  const services = [...new Set(origins)].join(' ')
  const directives = {
    'default-src': "'none'",
    'base-uri': "'none'",
    'form-action': "'self'",
    'frame-ancestors': framedBy,
    'object-src': "'none'",
    // The development server evaluates its modules; the built one never does.
    'script-src': `'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    'style-src': "'self' 'unsafe-inline'",
    'img-src': `'self' data: blob: ${services}`,
    // The text tracks that hls.js fills have an empty source, as data.
    'media-src': `'self' blob: data: ${services}`,
    'font-src': "'self'",
    'connect-src': `'self' ${services}${development ? ' ws:' : ''}`,
    // hls.js remuxes in a worker that it makes from a blob.
    'worker-src': "'self' blob:",
    'manifest-src': "'self'",
  }
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ')
}
