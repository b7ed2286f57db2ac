import { describe, expect, it } from 'vitest'
import { SourceError } from '../model/source-error.js'
import type { LogFields, Logger } from '../telemetry/logger.js'
import { createMetrics } from '../telemetry/metrics.js'
import { createCheckHealth, MISSES_BEFORE_ERROR } from './check-health.js'

const T0 = Date.UTC(2026, 10, 24, 8, 44)
const refused = new SourceError('Tempo API error: Connection refused', {
  reason: 'transient',
  hint: 'check that Tempo runs and that TEMPO_URL names it',
})
const broken = new SourceError('Tempo API error: 500', { reason: 'failed', detail: 'out of order' })

type Line = readonly [level: string, message: string, fields?: LogFields]

function setUp() {
  const metrics = createMetrics()
  const lines: Line[] = []
  const write =
    (level: string): Logger['info'] =>
    (message, fields) =>
      void lines.push(fields === undefined ? [level, message] : [level, message, fields])
  const logger: Logger = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  }
  const health = createCheckHealth({ logger, metrics })
  let checks = 0
  const next = (): number => T0 + 30_000 * checks++
  const good = (times = 1): void => {
    for (let left = times; left > 0; left -= 1) health.note({ at: next(), failures: [] })
  }
  const failed = (times: number, failures: readonly SourceError[] = [refused]): void => {
    for (let left = times; left > 0; left -= 1) health.note({ at: next(), failures })
  }
  const counts = async () => {
    const { values } = await metrics.checks.get()
    const [inARow] = (await metrics.failuresInARow.get()).values
    return {
      ...Object.fromEntries(values.map(({ labels, value }) => [labels.status, value])),
      inARow: inARow?.value,
    }
  }
  return { health, lines, good, failed, counts }
}

const levelsOf = (lines: readonly Line[]): string[] => lines.map(([level]) => level)

describe('createCheckHealth', () => {
  it('is starting until a check was good', () => {
    const { health, good, lines } = setUp()
    const starting = { state: 'starting', failuresInARow: 0, lastGoodAt: undefined, lastError: undefined }
    expect(health.report()).toEqual(starting)
    good()
    expect(health.report()).toEqual({ ...starting, state: 'healthy', lastGoodAt: T0 })
    expect(lines).toEqual([])
  })

  it.each([
    [1, 'starting'],
    [4, 'starting'],
    [5, 'failing'],
    [50, 'failing'],
  ])('after %d failed checks from the beginning is %s', (misses, state) => {
    const { health, failed } = setUp()
    failed(misses)
    expect(health.report()).toEqual({
      state,
      failuresInARow: misses,
      lastGoodAt: undefined,
      lastError: 'Tempo API error: Connection refused',
    })
  })

  it.each([
    [1, 'healthy'],
    [4, 'healthy'],
    [5, 'failing'],
  ])('after a good check and %d failed ones is %s', (misses, state) => {
    const { health, good, failed } = setUp()
    good(3)
    failed(misses)
    expect(health.report()).toMatchObject({ state, failuresInARow: misses, lastGoodAt: T0 + 60_000 })
  })

  it('warns of each failed check with the words of the manual', () => {
    const { lines, failed } = setUp()
    failed(2, [broken])
    const line = [
      'warn',
      'Failed to check for trace anomalies',
      { error: 'Tempo API error: 500', detail: 'out of order' },
    ]
    expect(lines).toEqual([line, line])
  })

  it('warns of everything that went wrong in one check, and counts one check', async () => {
    const { health, lines, failed, counts } = setUp()
    failed(1, [broken, refused])
    expect(lines.map(([level, , fields]) => [level, fields?.['error']])).toEqual([
      ['warn', 'Tempo API error: 500'],
      ['warn', 'Tempo API error: Connection refused'],
    ])
    expect(health.report()).toMatchObject({ failuresInARow: 1, lastError: 'Tempo API error: 500' })
    expect(await counts()).toEqual({ success: 0, failure: 1, inARow: 1 })
  })

  it('says once at error level, with what can be done, that nothing is being watched', () => {
    const { lines, failed } = setUp()
    failed(MISSES_BEFORE_ERROR - 1)
    expect(levelsOf(lines)).toEqual(['warn', 'warn', 'warn', 'warn'])
    failed(200)
    expect(lines.filter(([level]) => level === 'error')).toEqual([
      [
        'error',
        'Trace anomaly checks keep failing: nothing is being watched',
        {
          failed_checks: 5,
          error: 'Tempo API error: Connection refused',
          hint: 'check that Tempo runs and that TEMPO_URL names it',
        },
      ],
    ])
  })

  it('says once that checks work again, and how many had failed', () => {
    const { lines, good, failed, health } = setUp()
    failed(7)
    good(3)
    const infos = lines.filter(([level]) => level === 'info')
    expect(infos).toEqual([['info', 'Trace anomaly checks work again', { failed_checks: 7 }]])
    expect(health.report()).toEqual({
      state: 'healthy',
      failuresInARow: 0,
      lastGoodAt: T0 + 9 * 30_000,
      lastError: undefined,
    })
  })

  it('says nothing of a few failed checks that are over', () => {
    const { lines, good, failed } = setUp()
    for (let round = 0; round < 5; round += 1) {
      failed(4)
      good()
    }
    expect(new Set(levelsOf(lines))).toEqual(new Set(['warn']))
  })

  it('says it all again when checks fail again', () => {
    const { lines, good, failed } = setUp()
    for (let round = 0; round < 2; round += 1) {
      failed(6)
      good()
    }
    const round = ['warn', 'warn', 'warn', 'warn', 'warn', 'error', 'warn', 'info']
    expect(levelsOf(lines)).toEqual([...round, ...round])
  })

  it('counts checks by outcome and shows failures in a row', async () => {
    const { good, failed, counts } = setUp()
    expect(await counts()).toEqual({ success: 0, failure: 0, inARow: 0 })
    good(2)
    failed(6)
    expect(await counts()).toEqual({ success: 2, failure: 6, inARow: 6 })
    good()
    expect(await counts()).toEqual({ success: 3, failure: 6, inARow: 0 })
  })
})
