/** One thing that is wrong with a configuration. */
export interface ConfigFault {
  /** The variable, such as `TEMPO_URL`. */
  readonly name: string
  /** What was found; left out where it may be a secret. */
  readonly found?: string | undefined
  readonly expected: string
  /** Lines that show the place inside of an expression. */
  readonly caret?: string | undefined
}

/** A configuration that cannot be used, with everything that is wrong with it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'

  constructor(readonly faults: readonly ConfigFault[]) {
    super(['The configuration cannot be used:', ...faults.flatMap(toLines)].join('\n  '))
  }
}

function toLines(fault: ConfigFault): readonly string[] {
  const caret = fault.caret?.split('\n').map((line) => `    ${line}`) ?? []
  return [describeFault(fault), ...caret]
}

const SHOWN_CHARACTERS = 80

/** In one line. */
export function describeFault({ name, found, expected }: ConfigFault): string {
  if (found === undefined) return `${name}: ${expected}`
  const shown = found.length > SHOWN_CHARACTERS ? `${found.slice(0, SHOWN_CHARACTERS)}…` : found
  return `${name}: found ${JSON.stringify(shown)}, expected ${expected}`
}
