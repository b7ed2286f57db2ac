import type { Alert } from '../../model/alert.js'
import type { LabelSet } from '../../model/label-set.js'
import type { TemplateLinks } from '../../template/template-links.js'
import { toTraceStory } from './trace-story.js'

const ANNOTATION = 'exemplar_traces'
const MOST_TRACES = 3

/** The annotations of an alert, with the traces that prove it in one more, for receivers that know only annotations. */
export function withTraces({ annotations, exemplars }: Alert, links: TemplateLinks): LabelSet {
  if (exemplars.length === 0 || annotations.has(ANNOTATION)) return annotations
  const lines = exemplars.slice(0, MOST_TRACES).map((trace) => {
    const { id, text, url } = toTraceStory(trace, links)
    return `${text}: ${url ?? id}`
  })
  return new Map([...annotations, [ANNOTATION, lines.join('\n')]])
}
