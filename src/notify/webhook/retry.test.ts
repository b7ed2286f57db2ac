import { describe, expect, it } from 'vitest'
import type { PostOutcome } from './post.js'
import { judgeAttempt, RETRY_FOR_MS, type Attempt, type Verdict } from './retry.js'

const now = Date.UTC(2026, 10, 24, 8, 44)
const refusedConnection: PostOutcome = { kind: 'unanswered', error: 'connect ECONNREFUSED' }
const answered = (status: number, retryAfter?: string): PostOutcome => ({
  kind: 'answered',
  status,
  retryAfter,
})

const judge = (attempt: Partial<Attempt>): Verdict =>
  judgeAttempt({ outcome: answered(503), number: 1, now, foundAt: now, random: () => 0.5, ...attempt })

describe('judgeAttempt', () => {
  it.each<[PostOutcome, Verdict]>([
    [answered(200), { kind: 'delivered' }],
    [answered(204), { kind: 'delivered' }],
    [answered(299), { kind: 'delivered' }],
    [answered(301), { kind: 'refused', error: 'HTTP 301: redirects are not followed' }],
    [answered(308), { kind: 'refused', error: 'HTTP 308: redirects are not followed' }],
    [answered(101), { kind: 'refused', error: 'HTTP 101' }],
    [answered(400), { kind: 'refused', error: 'HTTP 400' }],
    [answered(401), { kind: 'refused', error: 'HTTP 401' }],
    [answered(404, '3'), { kind: 'refused', error: 'HTTP 404' }],
    [answered(410), { kind: 'refused', error: 'HTTP 410' }],
    [answered(408), { kind: 'retry', at: now + 500, error: 'HTTP 408' }],
    [answered(425), { kind: 'retry', at: now + 500, error: 'HTTP 425' }],
    [answered(429), { kind: 'retry', at: now + 500, error: 'HTTP 429' }],
    [answered(500), { kind: 'retry', at: now + 500, error: 'HTTP 500' }],
    [answered(599), { kind: 'retry', at: now + 500, error: 'HTTP 599' }],
    [refusedConnection, { kind: 'retry', at: now + 500, error: 'connect ECONNREFUSED' }],
  ])('judges %j', (outcome, verdict) => {
    expect(judge({ outcome })).toEqual(verdict)
  })

  it.each([
    [1, 500],
    [2, 1000],
    [3, 2000],
    [4, 4000],
    [5, 8000],
    [6, 15_000],
    [7, 15_000],
    [2000, 15_000],
  ])('waits after attempt %d half of the longest wait when the dice say half: %d ms', (number, waitMs) => {
    expect(judge({ number })).toMatchObject({ kind: 'retry', at: now + waitMs })
  })

  it.each([
    [0, 0],
    [0.999_999, 29_999],
  ])('spreads over the whole wait: dice %d, %d ms', (dice, waitMs) => {
    expect(judge({ number: 9, random: () => dice })).toMatchObject({ at: now + waitMs })
  })

  it.each([
    ['no shorter than it says in seconds', '20', 20_000],
    ['no shorter than it says as a date', 'Tue, 24 Nov 2026 08:44:10 GMT', 10_000],
    ['no shorter than its own backoff', '0', 500],
    ['its own backoff where the date has passed', 'Tue, 24 Nov 2026 08:00:00 GMT', 500],
    ['its own backoff where it is nonsense', 'later', 500],
    ['no longer than there is time', '86400', RETRY_FOR_MS],
  ])('obeys Retry-After: %s', (_name, retryAfter, waitMs) => {
    expect(judge({ outcome: answered(429, retryAfter) })).toMatchObject({ kind: 'retry', at: now + waitMs })
  })

  it.each([
    ['cuts the last wait, to use all of its time', 1, { kind: 'retry', at: now + 1, error: 'HTTP 503' }],
    ['gives up when its time is over', 0, { kind: 'expired', error: 'HTTP 503' }],
    ['gives up when its time has long been over', -1, { kind: 'expired', error: 'HTTP 503' }],
  ])('%s', (_name, leftMs, verdict) => {
    expect(judge({ foundAt: now - RETRY_FOR_MS + leftMs })).toEqual(verdict)
  })

  it.each([
    [answered(200), 'delivered'],
    [answered(400), 'refused'],
  ])('judges %j the same when its time is over', (outcome, kind) => {
    expect(judge({ outcome, foundAt: now - RETRY_FOR_MS }).kind).toBe(kind)
  })
})
