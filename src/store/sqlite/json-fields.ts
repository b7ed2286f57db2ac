/** A row that does not hold what it should. */
export class RowError extends Error {
  override readonly name = 'RowError'
}

/** Fields of an object that came as JSON. Each is read by its own name only; what is not as expected is a `RowError`. */
export interface Fields {
  text(name: string): string
  optionalText(name: string): string | undefined
  /** One of these words. */
  word<W extends string>(name: string, words: readonly W[]): W
  /** Also one that JSON cannot hold, as `encodeJson` writes it. */
  number(name: string): number
  optionalNumber(name: string): number | undefined
  object(name: string): Fields
  /** Each element of a list. */
  list<T>(name: string, read: (element: unknown) => T): T[]
  /** Pairs of texts. */
  pairs(name: string): [string, string][]
  /** Pairs of a text and a number. */
  optionalNumbers(name: string): ReadonlyMap<string, number> | undefined
}

/** Reads what `text` holds. Throws a `RowError`. */
export function parseFields(text: string): Fields {
  try {
    return toFields(JSON.parse(text))
  } catch (error) {
    if (error instanceof RowError) throw error
    throw new RowError('expected JSON', { cause: error })
  }
}

export function toFields(value: unknown): Fields {
  if (!isObject(value)) throw new RowError(`expected an object, found ${kindOf(value)}`)
  // What comes from a prototype is no field.
  const get = (name: string): unknown => (Object.hasOwn(value, name) ? value[name] : undefined)

  function wrong(name: string, expected: string): RowError {
    return new RowError(`${JSON.stringify(name)}: expected ${expected}, found ${kindOf(get(name))}`)
  }

  function text(name: string): string {
    const found = get(name)
    if (typeof found !== 'string') throw wrong(name, 'text')
    return found
  }

  function number(name: string): number {
    const found = decodeNumber(get(name))
    if (found === undefined) throw wrong(name, 'a number')
    return found
  }

  function list<T>(name: string, read: (element: unknown) => T): T[] {
    const found = get(name)
    if (!Array.isArray(found)) throw wrong(name, 'a list')
    return found.map((element: unknown) => read(element))
  }

  return {
    text,
    number,
    list,
    optionalText: (name) => (get(name) === undefined ? undefined : text(name)),
    optionalNumber: (name) => (get(name) === undefined ? undefined : number(name)),
    object: (name) => toFields(get(name)),
    pairs: (name) => list(name, toPair),
    optionalNumbers: (name) => (get(name) === undefined ? undefined : new Map(list(name, toNumberPair))),
    word(name, words) {
      const found = words.find((word) => word === get(name))
      if (found === undefined) throw wrong(name, words.join(', '))
      return found
    },
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An element of a list that must be text. */
export function toText(value: unknown): string {
  if (typeof value !== 'string') throw new RowError(`expected text, found ${kindOf(value)}`)
  return value
}

function toPair(value: unknown): [string, string] {
  const [first, second] = toTwo(value)
  return [toText(first), toText(second)]
}

function toNumberPair(value: unknown): [string, number] {
  const [first, second] = toTwo(value)
  const number = decodeNumber(second)
  if (number === undefined) throw new RowError(`expected a number, found ${kindOf(second)}`)
  return [toText(first), number]
}

function toTwo(value: unknown): readonly unknown[] {
  if (Array.isArray(value) && value.length === 2) return value
  throw new RowError(`expected a pair, found ${kindOf(value)}`)
}

const NOT_IN_JSON = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
])

/** JSON, in which any number has its place. */
export function encodeJson(value: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(value, (_, each: unknown) => encodeNumber(each))
}

function encodeNumber(value: unknown): unknown {
  if (typeof value !== 'number') return value
  if (Object.is(value, -0)) return '-0'
  return Number.isFinite(value) ? value : String(value)
}

function decodeNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' ? NOT_IN_JSON.get(value) : undefined
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  return Array.isArray(value) ? 'a list' : typeof value
}
