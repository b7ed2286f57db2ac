import type { LogFields } from './logger.js'

export interface LogEntry {
  /** ISO 8601 in UTC. */
  readonly time: string
  readonly level: string
  readonly message: string
  readonly fields: LogFields
}

/**
 * A log entry as one line of text that ends in a newline: time, level, message, then `key=value` fields.
 *
 * Nothing in a message or a field can begin a new line, end a field early or steer a terminal: strings are quoted, and
 * control characters, line separators and characters that turn the direction of writing are escaped everywhere.
 */
export function formatTextLine({ time, level, message, fields }: LogEntry): string {
  let line = `${time} ${level.toUpperCase().padStart(5)} ${escapeUnprintable(message)}`
  for (const [key, value] of Object.entries(fields)) {
    if (value !== undefined) line += ` ${key.replaceAll(NOT_OF_A_KEY, '_')}=${formatValue(value)}`
  }
  return `${line}\n`
}

const NOT_OF_A_KEY = /[^\w.:-]/g
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu

function formatValue(value: string | number | boolean): string {
  return typeof value === 'string' ? escapeUnprintable(JSON.stringify(value)) : String(value)
}

function escapeUnprintable(text: string): string {
  return text.replaceAll(UNPRINTABLE, escapeCharacter)
}

function escapeCharacter(character: string): string {
  const escaped = JSON.stringify(character).slice(1, -1)
  return escaped === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : escaped
}
