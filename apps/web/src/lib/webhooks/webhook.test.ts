import { describe, expect, it } from 'vitest'
import {
  type Delivery,
  EVENT_NAMES,
  eventsText,
  formatLatency,
  isMoving,
  webhookState,
} from './webhook'

const NOW = Date.parse('2026-11-22T12:00:00Z')

function delivery(rest: Partial<Delivery>): Delivery {
  return {
    id: '1',
    seq: 1,
    webhook_id: '2',
    event: 'job.completed',
    subject_id: '3',
    status: 'pending',
    attempts: 0,
    next_attempt_at: '2026-11-22T12:00:01Z',
    created_at: '2026-11-22T12:00:00Z',
    finished_at: null,
    ...rest,
  }
}

describe('whether a delivery may change any moment', () => {
  it('is so when it is sent now or soon', () => {
    expect(isMoving(delivery({}), NOW)).toBe(true)
    expect(isMoving(delivery({ next_attempt_at: '2026-11-22T11:59:00Z' }), NOW)).toBe(true)
  })

  it('is not so when it waits for long, for its webhook, or is settled', () => {
    expect(isMoving(delivery({ next_attempt_at: '2026-11-22T13:00:00Z' }), NOW)).toBe(false)
    expect(isMoving(delivery({ next_attempt_at: null }), NOW)).toBe(false)
    expect(isMoving(delivery({ status: 'delivered' }), NOW)).toBe(false)
  })
})

it('tells who switched a webhook off', () => {
  const moment = '2026-11-22T12:00:00Z'
  const on = { active: true, disabledAt: null, failingSince: null }
  expect(webhookState(on)).toBe('on')
  expect(webhookState({ ...on, failingSince: moment })).toBe('failing')
  expect(webhookState({ ...on, failingSince: moment, disabledAt: moment })).toBe('disabled')
  expect(webhookState({ ...on, active: false, disabledAt: moment })).toBe('off')
})

it('names events, and all of them in short', () => {
  expect(eventsText(['job.failed', 'job.completed'])).toBe('job.failed, job.completed')
  expect(eventsText(EVENT_NAMES)).toBe('All events')
})

it('tells latencies', () => {
  expect(formatLatency(0.0837)).toBe('84 ms')
  expect(formatLatency(2.53)).toBe('2.5 s')
})
