import type { Clock } from '../../model/clock.js'
import { SourceError } from '../../model/source-error.js'
import { openTempo } from '../../query/open-tempo.js'
import { explainOverSource, type ExplainOptions } from '../../replay/explain/explain-over-source.js'
import type { Explanation, RuleInGroup } from '../../replay/explain/explanation.js'
import type { QuerySource } from '../query/choose-source.js'
import { createProgress } from '../query/progress.js'

export interface AskTempoOptions extends ExplainOptions {
  readonly source: Extract<QuerySource, { kind: 'tempo' }>
  readonly clock: Clock
  readonly stderr: { readonly isTTY?: boolean; write(text: string): unknown }
}

/** Explains a rule over a Tempo, or over a tracebell that answers as one; at a terminal it says how far it has come. */
export async function askTempo(about: RuleInGroup, options: AskTempoOptions): Promise<Explanation> {
  const { source, clock, stderr } = options
  const progress = createProgress<number>({
    clock,
    write: (text) => void (stderr.isTTY === true && stderr.write(text)),
    describe: (evaluations) => `asking: ${evaluations} evaluations back`,
  })
  const tempo = openTempo(source.tempo, clock)
  try {
    const name = `Tempo at ${source.tempo.url.href}`
    const onProgress = (evaluations: number): void => progress.show(evaluations)
    const explanation = await explainOverSource(about, { ...options, source: tempo, name, onProgress })
    return source.hint === undefined ? explanation : asEmbedded(explanation, source.tempo.url, source.hint)
  } finally {
    progress.clear()
    await tempo.close()
  }
}

/** The daemon measures its rules in its own window, without asking. */
function asEmbedded(explanation: Explanation, url: URL, hint: string): Explanation {
  const { history, notes } = explanation
  const evaluations = history.evaluations.map((each) => ({
    ...each,
    measured: withHint(each.measured, hint),
  }))
  return {
    ...explanation,
    source: `the tracebell that answers at ${url.href}`,
    history: { ...history, evaluations },
    notes: [NOT_ITSELF, ...notes],
  }
}

const NOT_ITSELF =
  'the running tracebell measures its rules itself; here it was asked over its Tempo-compatible API'

/** What helps with a Tempo does not help here. */
function withHint<T>(measured: T | SourceError, hint: string): T | SourceError {
  if (!(measured instanceof SourceError) || measured.hint === undefined) return measured
  const { message, reason, detail } = measured
  return new SourceError(message, { reason, detail, hint, cause: measured })
}
