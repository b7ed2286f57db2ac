import { InputError } from './input-error.js'

type Readers<T> = { readonly [K in keyof T]: () => T[K] }

/** Reads several inputs, and throws one `InputError` with the faults of all of them, a line each. */
export function readTogether<T extends Readonly<Record<string, unknown>>>(readers: Readers<T>): T {
  const faults: string[] = []
  const entries = Object.entries<() => unknown>(readers).map(([name, read]) => {
    try {
      return [name, read()]
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      faults.push(error.message)
      return [name, undefined]
    }
  })
  if (faults.length > 0) throw new InputError(faults.join('\n'))
  // oxlint-disable-next-line no-unsafe-type-assertion -- each was read by the reader of its name
  return Object.fromEntries(entries) as T
}
