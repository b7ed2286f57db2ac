import type { RealTempo } from '../../../peers/tempo.js'
import type { ShownPair } from './answer.js'
import { showJsonValue, type JsonValue } from './shown-value.js'

/** A label or attribute in an answer of Tempo's. */
export interface JsonPair {
  readonly key: string
  readonly value: JsonValue
}

export function showPairs(pairs: readonly JsonPair[]): readonly ShownPair[] {
  return pairs.map(({ key, value }) => [key, showJsonValue(value)])
}

/** What a real Tempo answers on this path, decoded from JSON; or why it does not. */
export async function askTempo(
  { url }: RealTempo,
  path: string,
  params: Readonly<Record<string, string>>,
): Promise<{ readonly body: unknown } | { readonly refused: string }> {
  const response = await fetch(`${url}${path}?${new URLSearchParams(params).toString()}`)
  if (!response.ok) return { refused: `${response.status} ${await response.text()}` }
  return { body: await response.json() }
}
