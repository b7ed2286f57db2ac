/** Fields of a log line; an undefined one is left out. Never put a secret here. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** `text` is `message key=value` for people, `json` one object a line for machines. */
export const LOG_FORMATS = ['text', 'json'] as const
export type LogFormat = (typeof LOG_FORMATS)[number]

/** The engine's own log: a message, then `key=value` fields. It never throws. */
export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}
