import { readFileSync } from 'node:fs'
import type { ListenersConfig } from './config.js'
import { anyText, headerText, type Parser } from './parsers.js'
import type { VariableReader } from './variables.js'

/** What clients of the listeners must show: a bearer token, a user name with a password, or either. */
export type AccessConfig = Pick<ListenersConfig, 'token' | 'basic'>

/** Reads them from variables, or from files that variables name. Nothing of them is quoted in faults. */
export function readAccess(read: VariableReader): AccessConfig {
  const token = readSecret(read, 'TRACEBELL_TOKEN', headerText)
  const username = read.optional('TRACEBELL_USERNAME', anyText)
  const password = readSecret(read, 'TRACEBELL_PASSWORD', anyText)
  if (username?.includes(':') === true) {
    // Not quoted: what follows the colon may well be the password.
    read.fault({ name: 'TRACEBELL_USERNAME', expected: 'a user name without a colon' })
  }
  if (username !== undefined && password !== undefined) return { token, basic: { username, password } }
  // A password that could not be read has a fault of its own.
  const isPasswordMeant = hasVariable(read, 'TRACEBELL_PASSWORD')
  if ((username !== undefined) !== isPasswordMeant) {
    const missing = username === undefined ? 'TRACEBELL_USERNAME' : 'TRACEBELL_PASSWORD'
    read.fault({ name: missing, expected: 'TRACEBELL_USERNAME and TRACEBELL_PASSWORD together, or neither' })
  }
  return { token, basic: undefined }
}

function hasVariable(read: VariableReader, name: string): boolean {
  return [name, `${name}_FILE`].some((each) => read.optional(each, anyText, { secret: true }) !== undefined)
}

/** The secret of a variable, or of the file that the variable of this name and `_FILE` names. */
function readSecret(read: VariableReader, name: string, parser: Parser<string>): string | undefined {
  const secret = read.optional(name, parser, { secret: true })
  const file = read.optional(`${name}_FILE`, anyText)
  if (file === undefined) return secret
  if (secret !== undefined) {
    read.fault({ name: `${name}_FILE`, expected: `either ${name} or ${name}_FILE, not both` })
    return secret
  }
  const found = readSecretFile(file)
  const parsed = found === undefined ? NOT_READ : parser(found)
  if ('value' in parsed) return parsed.value
  read.fault({ name: `${name}_FILE`, expected: parsed.expected })
  return undefined
}

const NOT_READ = { expected: 'the path of a file that can be read, with a secret of 1 to 4096 bytes in it' }
const LONGEST_BYTES = 4096

/** Without the line's end that editors add. */
function readSecretFile(path: string): string | undefined {
  try {
    const bytes = readFileSync(path)
    const text = bytes.toString().replace(/\r?\n$/, '')
    return bytes.length <= LONGEST_BYTES + 2 && text !== '' ? text : undefined
  } catch {
    return undefined
  }
}
