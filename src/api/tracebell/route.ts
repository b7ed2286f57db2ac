import type { Explanation } from '../../dispatch/explain.js'
import type { LabelSet } from '../../model/label-set.js'
import { encodeDecision, type DescribeMute, type EncodedDecision } from './encode-decision.js'
import { OwnApiError } from './own-api-error.js'

export interface RouteApiOptions {
  /** What would become of an alert with these labels now. */
  readonly explain: (labels: LabelSet) => Explanation
  readonly describeMute: DescribeMute
}

/** Of one alert. */
const MOST_LABELS = 100

/** The answer to `GET route?label=severity=page&label=…`: who would be told now, and why. */
export function answerRoute(
  { explain, describeMute }: RouteApiOptions,
  params: URLSearchParams,
): EncodedDecision {
  return encodeDecision(explain(parseLabels(params.getAll('label'))), describeMute)
}

/** Reads `name=value` each. Throws an `OwnApiError`. */
export function parseLabels(texts: readonly string[]): LabelSet {
  if (texts.length > MOST_LABELS)
    throw new OwnApiError(400, `label: found ${texts.length}, expected at most ${MOST_LABELS}`)
  const labels = new Map<string, string>()
  for (const text of texts) {
    const at = text.indexOf('=')
    const name = text.slice(0, Math.max(at, 0))
    if (name === '')
      throw new OwnApiError(400, `label: found ${JSON.stringify(text.slice(0, 100))}, expected name=value`)
    if (labels.has(name)) throw new OwnApiError(400, `label: found ${name} twice, expected it once`)
    labels.set(name, text.slice(at + 1))
  }
  return labels
}
