import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

const LEVELS = ['debug', 'info', 'warn', 'error']
const MAX_FILE_BYTES = 10 * 1024 * 1024

/**
 * The application's own log, which trace alerting writes to as well: lines on standard output and in the file that
 * `LOG_FILE` names (`logs/app.log` by default, `off` for none). `LOG_LEVEL` leaves out what is below it.
 */
export function createLog(env) {
  const lowest =
    env.LOG_LEVEL === 'silent' ? LEVELS.length : Math.max(LEVELS.indexOf(env.LOG_LEVEL || 'info'), 0)
  const file = env.LOG_FILE || 'logs/app.log'
  const toFile = file === 'off' ? () => {} : createFileWriter(file)

  const at = (level) => (message, fields) => {
    if (LEVELS.indexOf(level) < lowest) return
    const line = formatLine(level, message, fields)
    process.stdout.write(line)
    toFile(line)
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

function formatLine(level, message, fields = {}) {
  const pairs = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}=${JSON.stringify(value)}`)
  return `${new Date().toISOString()} ${level.toUpperCase().padStart(5)} ${message}${pairs.join('')}\n`
}

/** Appends to a file that is put aside when it is full. A disk that takes no lines must not stop the application. */
function createFileWriter(file) {
  let isFailing = false
  return (line) => {
    try {
      const size = statSync(file, { throwIfNoEntry: false })?.size
      if (size === undefined) mkdirSync(dirname(file), { recursive: true })
      else if (size > MAX_FILE_BYTES) renameSync(file, `${file}.1`)
      appendFileSync(file, line)
      isFailing = false
    } catch (error) {
      if (!isFailing) process.stderr.write(`The log file cannot be written: ${error.message}\n`)
      isFailing = true
    }
  }
}
