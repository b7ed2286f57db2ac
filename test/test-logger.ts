import type { LogFields, Logger } from '../src/telemetry/logger.js'

export type LoggedLine = readonly [level: string, message: string, fields?: LogFields]

/** A logger that keeps what it is told. */
export interface TestLogger extends Logger {
  readonly lines: readonly LoggedLine[]
}

export function createTestLogger(): TestLogger {
  const lines: LoggedLine[] = []
  const write =
    (level: string): Logger['info'] =>
    (message, fields) =>
      void lines.push(fields === undefined ? [level, message] : [level, message, fields])
  return { lines, debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}
