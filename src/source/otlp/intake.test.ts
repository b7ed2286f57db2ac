import { describe, expect, it } from 'vitest'
import { createTestClock } from '../../../test/test-clock.js'
import type { LogFields, Logger } from '../../telemetry/logger.js'
import { createMetrics } from '../../telemetry/metrics.js'
import { createIntake } from './intake.js'
import { OtlpDecodeError } from '../../otlp/otlp-decode-error.js'
import { RequestRefusal } from './request-refusal.js'
import { createTraceWindow } from '../window/trace-window.js'

function setUp() {
  const clock = createTestClock()
  const metrics = createMetrics()
  const lines: [string, string, LogFields | undefined][] = []
  const logger: Logger = {
    debug: () => {},
    info: () => {},
    warn: (message, fields) => lines.push(['warn', message, fields]),
    error: (message, fields) => lines.push(['error', message, fields]),
  }
  const window = createTraceWindow({ maxBytes: 100_000, maxAgeMs: 3_600_000, clock, metrics })
  return { clock, lines, intake: createIntake({ window, maxBodyBytes: 1000, metrics, logger, clock }) }
}

describe('createIntake', () => {
  it.each<[unknown, number, string]>([
    [new RequestRefusal(413, 'too large'), 413, 'too large'],
    [new OtlpDecodeError('not OTLP'), 400, 'not OTLP'],
    [new RangeError('of our own'), 500, 'internal error'],
    ['text', 500, 'internal error'],
  ])('tells the sender of %s', (thrown, status, message) => {
    expect(setUp().intake.toRefusal(thrown)).toMatchObject({ status, message })
  })

  it('logs a fault of our own as an error, once a minute', async () => {
    const { clock, lines, intake } = setUp()
    for (let index = 0; index < 5; index += 1) intake.toRefusal(new RangeError('of our own'))
    await clock.advance(60_000)
    intake.toRefusal(new RangeError('of our own'))
    const cause = 'RangeError: of our own'
    expect(lines).toEqual([
      ['error', 'OTLP request failed', { cause, left_out: undefined }],
      ['error', 'OTLP request failed', { cause, left_out: 4 }],
    ])
  })
})
