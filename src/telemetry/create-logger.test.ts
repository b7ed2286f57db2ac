import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTestClock } from '../../test/test-clock.js'
import { createLogger, type LoggerOptions } from './create-logger.js'
import type { LogDestination } from './log-destination.js'
import { LOG_LEVELS, type LogFields, type Logger } from './logger.js'
import { createMetrics } from './metrics.js'
import { createRotatingFile } from './rotating-file.js'

const clock = createTestClock(Date.UTC(2026, 10, 24, 8, 44, 59, 123))

function memory(name = 'memory'): LogDestination & { readonly lines: string[] } {
  const lines: string[] = []
  return {
    name,
    lines,
    write: (line, settled) => {
      lines.push(line)
      settled()
    },
  }
}

function setUp(options: Partial<LoggerOptions> = {}) {
  const metrics = createMetrics()
  const out = memory()
  const logger = createLogger({
    level: 'debug',
    format: 'text',
    clock,
    destinations: [out],
    metrics,
    ...options,
  })
  const lost = async (): Promise<Record<string, number>> => {
    const { values } = await metrics.lostLogLines.get()
    return Object.fromEntries(values.map(({ labels, value }) => [labels.destination, value]))
  }
  return { logger, out, lost }
}

function logOnEachLevel(logger: Logger): void {
  logger.debug('d')
  logger.info('i')
  logger.warn('w')
  logger.error('e')
}

describe('createLogger', () => {
  it('writes text lines', () => {
    const { logger, out } = setUp()
    logger.info('Detected trace anomalies', { count: 3 })
    logger.debug('Querying Tempo for traces', { url: 'http://localhost:3200/api/search' })
    logger.warn('Failed to check for trace anomalies', { error: 'Tempo API error: 503', streak: undefined })
    logger.error('100% %s %d done')
    expect(out.lines).toEqual([
      '2026-11-24T08:44:59.123Z  INFO Detected trace anomalies count=3\n',
      '2026-11-24T08:44:59.123Z DEBUG Querying Tempo for traces url="http://localhost:3200/api/search"\n',
      '2026-11-24T08:44:59.123Z  WARN Failed to check for trace anomalies error="Tempo API error: 503"\n',
      '2026-11-24T08:44:59.123Z ERROR 100% %s %d done\n',
    ])
  })

  it('writes JSON lines', () => {
    const { logger, out } = setUp({ format: 'json' })
    const fields: LogFields = { name: 'a "b"\n\u001b', count: 3, sampled: true, none: undefined }
    logger.warn('100% %s', fields)
    expect(out.lines).toEqual([
      '{"level":"warn","time":"2026-11-24T08:44:59.123Z","name":"a \\"b\\"\\n\\u001b","count":3,"sampled":true,"msg":"100% %s"}\n',
    ])
  })

  it.each([
    ['debug', 4],
    ['info', 3],
    ['warn', 2],
    ['error', 1],
    ['silent', 0],
  ] as const)('at level %s writes %d of four entries', (level, count) => {
    const { logger, out } = setUp({ level })
    logOnEachLevel(logger)
    expect(out.lines).toHaveLength(count)
    expect(LOG_LEVELS).toContain(level)
  })

  it('counts what a failing destination loses, tells the others once, and tells again after it worked', async () => {
    let broken = true
    const flaky = memory('logs/app.log')
    const file: LogDestination = {
      name: flaky.name,
      write: (line, settled) => {
        if (broken) throw new Error('ENOSPC: no space left on device, write')
        flaky.write(line, settled)
      },
    }
    const out = memory('stdout')
    const { logger, lost } = setUp({ destinations: [file, out] })
    const told =
      '2026-11-24T08:44:59.123Z ERROR Failed to write to a log destination; lost lines are counted' +
      ' destination="logs/app.log" error="ENOSPC: no space left on device, write"\n'
    logger.info('one')
    logger.info('two')
    expect(out.lines.filter((line) => line === told)).toHaveLength(1)
    expect(out.lines.filter((line) => / INFO (one|two)$/m.test(line))).toHaveLength(2)
    // The line that tells of it is lost there as well.
    expect(await lost()).toEqual({ 'logs/app.log': 3 })

    broken = false
    logger.info('three')
    expect(flaky.lines).toEqual(['2026-11-24T08:44:59.123Z  INFO three\n'])
    broken = true
    logger.info('four')
    expect(out.lines.filter((line) => line === told)).toHaveLength(2)
  })

  it('does not chase its own tail where every destination fails, at once or later', async () => {
    const later: ((error?: Error) => void)[] = []
    const { logger, lost } = setUp({
      destinations: [
        {
          name: 'now',
          write: () => {
            throw new Error('now')
          },
        },
        {
          name: 'later',
          write: (_line, settled) => {
            later.push(settled)
          },
        },
      ],
    })
    logger.info('one')
    for (const settled of later) settled(new Error('EPIPE'))
    expect(later).toHaveLength(3)
    expect(await lost()).toEqual({ now: 3, later: 3 })
  })

  it('does not throw where the entry itself cannot be written', async () => {
    const { logger, out, lost } = setUp({ clock: { now: () => 0 } })
    const fields = {
      get bad(): string {
        throw new Error('no value')
      },
    }
    logger.info('m', fields)
    expect(out.lines).toEqual([])
    expect(await lost()).toEqual({ every: 1 })
  })

  it('tells of a log file that cannot be written, and writes to it once it can', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tracebell-log-'))
    onTestFinished(() => {
      rmSync(folder, { recursive: true })
    })
    const path = join(folder, 'logs', 'app.log')
    writeFileSync(join(folder, 'logs'), 'not a folder')
    const out = memory()
    const { logger } = setUp({ destinations: [out, createRotatingFile({ path })] })
    logger.info('one')
    logger.info('two')
    expect(out.lines).toHaveLength(3)
    expect(out.lines[1]).toContain(`destination=${JSON.stringify(path)} error="`)
    expect(out.lines[1]).toMatch(/error="(?:ENOTDIR|EEXIST): /)
    rmSync(join(folder, 'logs'))
    mkdirSync(join(folder, 'logs'))
    logger.info('three')
    expect(readFileSync(path, 'utf8')).toBe('2026-11-24T08:44:59.123Z  INFO three\n')
  })
})
