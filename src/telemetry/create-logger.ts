import { pino } from 'pino'
import type { Clock } from '../model/clock.js'
import { formatTextLine } from './format-text-line.js'
import type { LogDestination } from './log-destination.js'
import type { LogFields, LogFormat, Logger, LogLevel } from './logger.js'
import type { Metrics } from './metrics.js'

export interface LoggerOptions {
  /** Entries below it are left out. */
  readonly level: LogLevel
  readonly format: LogFormat
  readonly clock: Pick<Clock, 'now'>
  readonly destinations: readonly LogDestination[]
  readonly metrics: Pick<Metrics, 'lostLogLines'>
}

/**
 * A logger that writes every entry to every destination, without colour codes. It never throws: a line that a
 * destination loses is counted, and the first one of a row of losses is told to the other destinations.
 */
export function createLogger(options: LoggerOptions): Logger {
  const { level, format, clock, destinations, metrics } = options
  const failing = new Set<LogDestination>()

  const settle = (destination: LogDestination, error?: Error): void => {
    if (!error) {
      failing.delete(destination)
      return
    }
    metrics.lostLogLines.inc({ destination: destination.name })
    if (failing.has(destination)) return
    failing.add(destination)
    logger.error('Failed to write to a log destination; lost lines are counted', {
      destination: destination.name,
      error: error.message,
    })
  }
  const send = (destination: LogDestination, line: string): void => {
    try {
      destination.write(line, (error) => {
        settle(destination, error)
      })
    } catch (error) {
      settle(destination, error instanceof Error ? error : new Error('it failed without an error'))
    }
  }
  const sink = {
    // pino hands over what it made its line of when this mark is set.
    [pino.symbols.needsMetadataGsym]: true as const,
    lastLevel: 0,
    lastTime: '',
    lastMsg: '',
    lastObj: {} as LogFields,
    write(json: string): void {
      const line = format === 'json' ? json : formatTextLine(entryOf(this))
      for (const destination of destinations) send(destination, line)
    },
  }
  const log = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    sink,
  )
  const at =
    (name: Exclude<LogLevel, 'silent'>): Logger['info'] =>
    (message, fields = {}) => {
      try {
        log[name](fields, message)
      } catch {
        metrics.lostLogLines.inc({ destination: 'every' })
      }
    }
  const logger: Logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  return logger
}

interface PinoMetadata {
  readonly lastLevel: number
  readonly lastTime: string
  readonly lastMsg: string
  readonly lastObj: LogFields
}

function entryOf({ lastLevel, lastTime, lastMsg, lastObj }: PinoMetadata) {
  return {
    time: lastTime.slice(1, -1),
    level: pino.levels.labels[lastLevel] ?? String(lastLevel),
    message: lastMsg,
    fields: lastObj,
  }
}
