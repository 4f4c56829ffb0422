/** Next calls it once, before the first request is answered. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { believeOnlyProxies } = await import('@/lib/believe-only-proxies')
  believeOnlyProxies(process.env.FORWARDED_ALLOW_IPS)
}
