import { expect, it } from 'vitest'
import { type Batch, inBatches } from './dead-letters'
import { type Invitation, invitationLink, invitationStatus } from './invitations'
import { queueTotals, workerLoad } from './overview'
import { axisTop, pieceLabel, seriesStart, totalsOf } from './throughput'

it('counts each worker once, and stopped ones not at all', () => {
  const worker = (status: string, healthy: boolean, runningTasks: number) => ({
    id: `${status}-${healthy}-${runningTasks}`,
    slots: 1,
    status,
    healthy,
    runningTasks,
  })
  const workers = [
    worker('active', true, 1),
    worker('active', true, 0),
    worker('active', true, 0),
    worker('draining', true, 1),
    worker('active', false, 1),
    worker('stopped', false, 0),
  ]
  expect(workerLoad(workers)).toEqual({ busy: 1, idle: 2, draining: 1, silent: 1 })
})

it('adds up queues, of which the oldest wait is that of the oldest', () => {
  const queues = [
    { priority: 9, waiting: 2, delayed: 0, oldestWaitSeconds: 3 },
    { priority: 5, waiting: 40, delayed: 1, oldestWaitSeconds: 90 },
  ]
  expect(queueTotals(queues)).toEqual({ waiting: 42, delayed: 1, oldestWaitSeconds: 90 })
  expect(queueTotals([])).toEqual({ waiting: 0, delayed: 0, oldestWaitSeconds: 0 })
})

it.each([
  [0, 1],
  [1, 1],
  [3, 5],
  [10, 10],
  [11, 20],
  [51, 100],
  [4321, 5000],
])('gives an axis that holds %i the top %i', (largest, top) => {
  expect(axisTop(largest)).toBe(top)
})

it('asks for as many pieces as are shown, the current one included', () => {
  const now = Date.parse('2026-05-10T12:30:00Z')
  expect(seriesStart('minute', now)).toBe('2026-05-10T11:31:00.000Z')
  expect(seriesStart('day', now)).toBe('2026-04-11T12:30:00.000Z')
})

it('labels days by their date in UTC, wherever the reader is', () => {
  expect(pieceLabel('day', '2026-05-10T00:00:00Z')).toBe('May 10')
})

it('adds up a series', () => {
  const piece = { start: '', completed: 2, failed: 1, videoSeconds: 10, outputBytes: 100 }
  expect(totalsOf([piece, piece])).toEqual({
    completed: 4,
    failed: 2,
    videoSeconds: 20,
    outputBytes: 200,
  })
})

it('asks batch by batch until nothing is left', async () => {
  const answers = [batch(500, 300), batch(300, 0)]
  expect(await inBatches(async () => answers.shift() ?? batch(0, 0))).toBe(800)
  expect(answers).toEqual([])
})

it('does not go on for ever with jobs that fail as fast as they are started', async () => {
  let asked = 0
  const changed = await inBatches(async () => {
    asked++
    return batch(500, 700)
  })
  expect([asked, changed]).toEqual([3, 1500])
})

it('stops when nothing could be changed any more', async () => {
  const answers = [batch(500, 20), batch(0, 20)]
  expect(await inBatches(async () => answers.shift() ?? batch(1, 1))).toBe(500)
})

it.each([
  [{}, 'open'],
  [{ expires_at: '2026-05-10T12:00:00Z' }, 'expired'],
  [{ revoked_at: '2026-05-09T12:00:00Z' }, 'revoked'],
  [{ used_at: '2026-05-09T12:00:00Z', expires_at: '2026-05-10T12:00:00Z' }, 'used'],
])('tells where an invitation with %j stands', (change, status) => {
  const invitation = { ...INVITATION, ...change }
  expect(invitationStatus(invitation, Date.parse('2026-05-10T12:30:00Z'))).toBe(status)
})

it('makes a link of an invitation', () => {
  expect(invitationLink('https://vidmill.example', 'vmi_a+b')).toBe(
    'https://vidmill.example/register?invite=vmi_a%2Bb',
  )
})

const INVITATION: Invitation = {
  id: 'i',
  email: null,
  role: 'user',
  created_by: 'a',
  created_at: '2026-05-09T11:00:00Z',
  expires_at: '2026-05-16T11:00:00Z',
  used_at: null,
  used_by: null,
  revoked_at: null,
}

function batch(changed: number, remaining: number): Batch {
  return { changed, skipped: 0, remaining, job_ids: [] }
}
