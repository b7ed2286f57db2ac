import type { Clock } from '../model/clock.js'
import { createLogger } from './create-logger.js'
import type { LogDestination } from './log-destination.js'
import type { LogFormat, Logger, LogLevel } from './logger.js'
import type { Metrics } from './metrics.js'
import { createRotatingFile } from './rotating-file.js'
import { createStreamDestination } from './stream-destination.js'

export interface LogOptions {
  readonly level: LogLevel
  readonly format: LogFormat
  /** Undefined where no file is wanted. */
  readonly file: string | undefined
}

/** A logger to standard output and, where one is named, to a rotated file. `close` lets go of standard output. */
export function openLog(
  { level, format, file }: LogOptions,
  clock: Pick<Clock, 'now'>,
  metrics: Pick<Metrics, 'lostLogLines'>,
): { readonly logger: Logger; readonly close: () => void } {
  const stdout = createStreamDestination({ name: 'stdout', stream: process.stdout })
  const destinations: LogDestination[] = [stdout]
  if (file !== undefined) destinations.push(createRotatingFile({ path: file }))
  return {
    logger: createLogger({ level, format, clock, destinations, metrics }),
    close: () => stdout.close(),
  }
}
