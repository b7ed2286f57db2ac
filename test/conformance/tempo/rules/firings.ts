import type { ShownRule } from '../../../acceptance/rules-app.js'

/** The traces of which an alert fired, in order; one of which an alert fired again after its end is there twice. */
export function firingsOf(evaluations: readonly ShownRule[]): readonly string[] {
  const idsAt = evaluations.map(({ alerts }) =>
    alerts.map(({ labels }) => (labels['trace:id'] ?? '').padStart(32, '0')),
  )
  return idsAt.flatMap((ids, index) => ids.filter((id) => idsAt[index - 1]?.includes(id) !== true)).toSorted()
}
