// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LiveSource } from './live-source'
import { type LiveMessage, LiveTabs } from './live-tabs'
import { FakeChannel, FakeEventSource, FakeLocks } from './testing'

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', FakeEventSource)
  vi.stubGlobal('BroadcastChannel', FakeChannel)
  vi.stubGlobal('navigator', { locks: new FakeLocks() })
  FakeEventSource.made = []
  FakeChannel.all.clear()
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** The one connection there is; fails where there are none or several. */
function only(): FakeEventSource {
  expect(FakeEventSource.open).toHaveLength(1)
  const [source] = FakeEventSource.open
  if (!source) throw new Error('there is one')
  return source
}

describe('a connection', () => {
  const heard: string[] = []
  const refused = vi.fn()
  function follow(url: string): LiveSource {
    heard.length = 0
    refused.mockClear()
    const source = new LiveSource({ onEvent: (name) => heard.push(name), onRefused: refused })
    source.follow(url)
    return source
  }

  it('changes its address without a gap and without a word', () => {
    const source = follow('/a')
    only().send('reset')
    source.follow('/b')
    const [old, fresh] = FakeEventSource.open
    old?.send('job')
    fresh?.send('reset')
    expect(only().url).toBe('/b')
    only().send('job')
    expect(heard).toEqual(['reset', 'job', 'job'])
    source.close()
    expect(FakeEventSource.open).toEqual([])
  })

  it('says that something was missed where the one before was broken', () => {
    const source = follow('/a')
    only().send('reset')
    only().readyState = FakeEventSource.CONNECTING
    source.follow('/b')
    FakeEventSource.made.at(-1)?.send('reset')
    expect(heard).toEqual(['reset', 'reset'])
    expect(only().url).toBe('/b')
    source.close()
  })

  it('is tried again when it was refused, ever more slowly', () => {
    const source = follow('/a')
    for (const pause of [1_000, 2_000, 4_000, 8_000, 15_000, 15_000]) {
      only().refuse()
      expect(FakeEventSource.open).toEqual([])
      vi.advanceTimersByTime(pause - 1)
      expect(FakeEventSource.open).toEqual([])
      vi.advanceTimersByTime(1)
    }
    expect(refused).toHaveBeenCalledTimes(6)
    only().send('reset')
    only().refuse()
    vi.advanceTimersByTime(1_000)
    expect(only().url).toBe('/a')
    source.close()
  })

  it('is made anew when it has been silent for longer than the server ever is', () => {
    const source = follow('/a')
    only().send('reset')
    for (let n = 0; n < 10; n++) {
      vi.advanceTimersByTime(15_000)
      only().send('ping')
    }
    expect(FakeEventSource.made).toHaveLength(1)
    vi.advanceTimersByTime(60_000)
    expect(FakeEventSource.made.length).toBeGreaterThan(1)
    only().send('reset')
    expect(heard.filter((name) => name === 'reset')).toHaveLength(2)
    source.close()
  })
})

describe('the tabs of a browser', () => {
  const address = 'http://a/events'
  const stops: (() => void)[] = []
  afterEach(() => {
    for (const stop of stops.splice(0)) stop()
    vi.advanceTimersByTime(10_000)
  })

  function tab() {
    const tabs = new LiveTabs<LiveMessage>(address, (message) => message)
    const heard: string[] = []
    const listen = (jobId: string | null = null) => {
      const stop = tabs.listen(({ name }) => heard.push(name), jobId)
      stops.push(stop)
      return stop
    }
    return { heard, listen }
  }
  const settle = () => vi.advanceTimersByTimeAsync(250)

  it('share one connection, which asks for what all of them show', async () => {
    const [list, job] = [tab(), tab()]
    list.listen()
    await settle()
    only().send('reset')
    const stop = job.listen('j1')
    await settle()
    expect(job.heard).toEqual(['reset'])
    FakeEventSource.made.at(-1)?.send('reset')
    expect(only().url).toBe(`${address}?job_id=j1`)
    only().send('progress', { id: 'j1' })
    expect(list.heard).toEqual(['reset', 'progress'])
    expect(job.heard).toEqual(['reset', 'progress'])
    stop()
    await vi.advanceTimersByTimeAsync(3_000)
    FakeEventSource.made.at(-1)?.send('reset')
    expect(only().url).toBe(address)
  })

  it('have none while nobody listens, but do not let go of it between two pages', async () => {
    const { listen } = tab()
    expect(FakeEventSource.made).toEqual([])
    const first = listen()
    await settle()
    first()
    await vi.advanceTimersByTimeAsync(500)
    const second = listen()
    await settle()
    expect(FakeEventSource.made).toHaveLength(1)
    second()
    await vi.advanceTimersByTimeAsync(3_000)
    expect(FakeEventSource.open).toEqual([])
  })

  it('hand over when the one that leads listens no more', async () => {
    const [first, second] = [tab(), tab()]
    const stop = first.listen('j1')
    second.listen('j2')
    await settle()
    expect(only().url).toBe(`${address}?job_id=j2&job_id=j1`)
    stop()
    await vi.advanceTimersByTimeAsync(3_000)
    expect(only().url).toBe(`${address}?job_id=j2`)
    second.heard.length = 0
    only().send('reset')
    only().send('job')
    expect(second.heard).toEqual(['reset', 'job'])
  })

  it('take over from one that the browser has put to sleep', async () => {
    const [asleep, awake] = [tab(), tab()]
    asleep.listen()
    await settle()
    const [channel] = [...FakeChannel.all]
    awake.listen()
    await vi.advanceTimersByTimeAsync(40_000)
    const before = only()
    if (channel) channel.onmessage = null
    await vi.advanceTimersByTimeAsync(40_000)
    expect(before.readyState).toBe(FakeEventSource.CLOSED)
    only().send('reset')
    expect(awake.heard.at(-1)).toBe('reset')
  })

  it('read again after having been away, and only then', async () => {
    const { heard, listen } = tab()
    listen()
    await settle()
    only().send('reset')
    const look = vi.spyOn(document, 'visibilityState', 'get')
    const be = (state: DocumentVisibilityState) => {
      look.mockReturnValue(state)
      document.dispatchEvent(new Event('visibilitychange'))
    }
    be('hidden')
    await vi.advanceTimersByTimeAsync(1_000)
    be('visible')
    expect(heard).toEqual(['reset'])
    be('hidden')
    await vi.advanceTimersByTimeAsync(12_000)
    be('visible')
    expect(heard).toEqual(['reset', 'reset'])
  })

  it('ask anew for what they show when the server refuses, for it may be gone', async () => {
    const [list, job] = [tab(), tab()]
    list.listen()
    const stop = job.listen('gone')
    await settle()
    list.heard.length = 0
    only().refuse()
    expect(list.heard).toEqual(['reset'])
    stop()
    await vi.advanceTimersByTimeAsync(3_000)
    FakeEventSource.made.at(-1)?.send('reset')
    expect(only().url).toBe(address)
  })

  it('are left alone where there are no locks', async () => {
    vi.stubGlobal('navigator', {})
    const [first, second] = [tab(), tab()]
    first.listen()
    second.listen()
    await settle()
    expect(FakeEventSource.open).toHaveLength(2)
  })
})
