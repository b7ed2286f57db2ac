import { findLabelUses } from '../../../template/check-template.js'
import { hasLabel } from '../../../template/label-node.js'
import { ANOMALY_LABELS } from '../../../model/finding.js'
import { printField } from '../../../traceql/print-field.js'
import { groupingFields } from './grouping-fields.js'
import type { Finding, Lint } from './lint.js'

/** Labels that a template shows and that no alert of the rule has: their place stays empty. */
export const lintUnknownLabels: Lint = ({ rule, query }) => {
  const fields = rule.kind === 'anomaly' ? ANOMALY_LABELS : groupingFields(rule, query).map(printField)
  // Functions add labels of their own, which are few and not worth a list here.
  const names = [...fields, '__name__', '__bucket', 'p', '__meta_type', '__meta_error']
  const texts = [...entries('labels', rule.labels), ...entries('annotations', rule.annotations)]
  return texts.flatMap(({ path, text }) =>
    unknownIn(text, names).map((label) => finding(path, label, fields)),
  )
}

interface PlacedText {
  readonly path: readonly string[]
  readonly text: string
}

function entries(key: string, texts: ReadonlyMap<string, string>): readonly PlacedText[] {
  return [...texts].map(([name, text]) => ({ path: [key, name], text }))
}

function unknownIn(text: string, names: readonly string[]): readonly string[] {
  if (!text.includes('$labels')) return []
  return findLabelUses(text)
    .filter(({ path }) => !hasLabel(names, path))
    .map(({ path }) => path.join('.'))
}

function finding(path: readonly string[], label: string, fields: readonly string[]): Finding {
  const known = fields.length === 0 ? 'have no labels of spans' : `have ${fields.join(', ')}`
  return { path, problem: `$labels.${label} is always empty: the alerts of this rule ${known}` }
}
