import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from '@playwright/test'

export const GRAPHQL = process.env.GRAPHQL_PUBLIC_URL ?? 'http://127.0.0.1:8081'

/** The same build once more, on a port of its own, with other settings. */
export async function secondWeb(settings: Record<string, string>) {
  const free = createServer()
  const url = await listening(free)
  free.close()
  const server = spawn(process.execPath, ['.next/standalone/server.js'], {
    env: { ...process.env, PORT: new URL(url).port, HOSTNAME: '127.0.0.1', ...settings },
    stdio: 'ignore',
  })
  await expect(() => fetch(`${url}/icon.svg`)).toPass()
  return { url, stop: () => stopped(server) }
}

/** Lets a server listen on this machine, and gives its address. */
export async function listening(server: Server): Promise<string> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function stopped(child: ChildProcess): Promise<void> {
  child.kill()
  await once(child, 'exit')
}
