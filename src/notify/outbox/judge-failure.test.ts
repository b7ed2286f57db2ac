import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DeliveryError } from '../delivery-error.js'
import { DEFAULT_RETRY_LIMITS, type FailedAttempt, judgeFailure } from './judge-failure.js'

const DAY_MS = DEFAULT_RETRY_LIMITS.maxAgeMs

function attempt(
  given: Partial<FailedAttempt> & { readonly retryAfterMs?: number; readonly final?: boolean } = {},
) {
  const { retryAfterMs, final = false, ...rest } = given
  const error = new DeliveryError('HTTP 503', { reason: 'server_error', retryable: !final, retryAfterMs })
  const limits = DEFAULT_RETRY_LIMITS
  return judgeFailure({ error, attempt: 1, now: 0, since: 0, random: () => 0.999_999_999, limits, ...rest })
}

describe('judgeFailure', () => {
  it.each([
    [1, 999],
    [2, 1999],
    [3, 3999],
    [9, 255_999],
    [10, 299_999],
    [500, 299_999],
  ])('waits after attempt %i for up to %i ms', (number, at) => {
    expect(attempt({ attempt: number })).toEqual({ kind: 'retry', at })
  })

  it.each<[string, Parameters<typeof attempt>[0], ReturnType<typeof judgeFailure>]>([
    ['at once, by chance', { random: () => 0 }, { kind: 'retry', at: 0 }],
    ['as long as it is asked to', { retryAfterMs: 60_000 }, { kind: 'retry', at: 60_000 }],
    ['longer than it is asked to', { attempt: 4, retryAfterMs: 10 }, { kind: 'retry', at: 7999 }],
    ['to the last moment, not past it', { retryAfterMs: 9 * DAY_MS }, { kind: 'retry', at: DAY_MS }],
    ['not, for what is final', { final: true }, { kind: 'dead', why: 'HTTP 503' }],
    ['not, at the last moment', { now: DAY_MS }, { kind: 'dead', why: 'HTTP 503; tried for too long' }],
    ['not, after the last attempt', { attempt: 1000 }, { kind: 'dead', why: 'HTTP 503; tried 1000 times' }],
  ])('waits %s', (_name, given, verdict) => {
    expect(attempt(given)).toEqual(verdict)
  })

  it('never goes back, and never past the last moment', () => {
    const given = fc.record({
      attempt: fc.integer({ min: 1, max: 5000 }),
      now: fc.integer({ min: 0, max: 2 * DAY_MS }),
      retryAfterMs: fc.nat(10 * DAY_MS),
      chance: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    })
    fc.assert(
      fc.property(given, ({ chance, ...rest }) => {
        const verdict = attempt({ ...rest, random: () => chance })
        if (verdict.kind === 'dead') expect(rest.attempt >= 1000 || rest.now >= DAY_MS).toBe(true)
        else expect(verdict.at >= rest.now && verdict.at <= DAY_MS).toBe(true)
      }),
    )
  })
})
