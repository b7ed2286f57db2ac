import { loadEvalCases } from '../test/conformance/traceql/cases.js'
import { KNOWN_DIFFERENCES } from '../test/conformance/traceql/known-differences.js'

/**
 * Every so-manieth of the conformance suite's searches, in its order, so that nobody chose them: of those that Tempo
 * answers as its language says, for a peer can only be timed at what it does right.
 */
export function practiceQueries(every: number): readonly string[] {
  return loadEvalCases()
    .filter(
      ({ id, quirk, error }) => quirk === undefined && error === undefined && !KNOWN_DIFFERENCES.has(id),
    )
    .filter((_, index) => index % every === 0)
    .map(({ query }) => query)
}
