import { resolve } from 'node:path'
import { inspect } from 'node:util'
import { describeFileError } from '../../model/describe-file-error.js'
import { DeliveryError } from '../delivery-error.js'
import { digestOf } from '../text/digest-of.js'

/** Where secrets are read from. */
export interface SecretReader {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Where paths begin that are not absolute: the folder of the configuration. */
  readonly folder: string
  readFile(path: string): Promise<string>
}

type SecretSource =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string }

const HIDDEN = '<secret>'
const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]{0,254})\}/g
/** A file with more is no secret but a mistake. */
const LONGEST_SECRET = 64 * 1024

/**
 * A secret, or where it is found. It prints as a placeholder, wherever it ends up, and is read anew for each delivery, so
 * that a file can be replaced while the engine runs.
 */
export class Secret {
  readonly #source: SecretSource

  private constructor(source: SecretSource) {
    this.#source = source
  }

  /** The text itself, in which `${NAME}` stands for a variable of the environment. */
  static ofText(text: string): Secret {
    return new Secret({ kind: 'text', text })
  }

  static ofFile(path: string): Secret {
    return new Secret({ kind: 'file', path })
  }

  /** The secret, without white space around it. Throws a `DeliveryError` that says what is missing. */
  async read(reader: SecretReader): Promise<string> {
    const source = this.#source
    const text =
      source.kind === 'text' ? fillIn(source.text, reader.environment) : await readText(source.path, reader)
    const secret = text.trim()
    if (secret === '')
      throw secretError(source.kind === 'text' ? 'it' : `the file ${source.path}`, 'is empty')
    return secret
  }

  /** The same for the same text in the configuration, or the same path; neither can be read from it. */
  digest(): string {
    const source = this.#source
    return digestOf(`${source.kind} ${source.kind === 'text' ? source.text : source.path}`)
  }

  toString(): string {
    return HIDDEN
  }

  toJSON(): string {
    return HIDDEN
  }

  [inspect.custom](): string {
    return HIDDEN
  }
}

function fillIn(text: string, environment: SecretReader['environment']): string {
  return text.replaceAll(REFERENCE, (_all, name: string) => {
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined
    if (value === undefined || value === '') throw secretError(`the variable ${name}`, 'is not set')
    return value
  })
}

async function readText(path: string, reader: SecretReader): Promise<string> {
  const text = await reader.readFile(resolve(reader.folder, path)).catch((error: unknown) => {
    throw secretError(`the file ${path}`, `cannot be read: ${describeFileError(error)}`)
  })
  if (text.length > LONGEST_SECRET) throw secretError(`the file ${path}`, 'is too long for a secret')
  return text
}

function secretError(what: string, problem: string): DeliveryError {
  return new DeliveryError(`a secret is missing: ${what} ${problem}`, { reason: 'secret', retryable: true })
}
