import { existsSync } from 'node:fs'

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The browser of the machine: Playwright's own builds are not to be had from a package registry. */
export function chromiumPath(): string {
  const named = process.env.CHROMIUM_PATH
  const found = named ? [named].find(existsSync) : CANDIDATES.find(existsSync)
  if (found) return found
  throw new Error(
    `${named ? `CHROMIUM_PATH names ${named}, which is not there.` : 'There is no Chromium on this machine.'} ` +
      'Install it with `apt-get install chromium`, or name one in CHROMIUM_PATH.',
  )
}

/** As root Chromium runs only without its sandbox; the rest keeps it from calling home. */
export const CHROMIUM_FLAGS = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
