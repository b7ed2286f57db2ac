import type { DaemonState } from '../../replay/explain/ask-daemon.js'
import type { Explanation } from '../../replay/explain/explanation.js'
import { printable } from '../query/printable.js'
import { describeVerdict } from './describe-verdict.js'
import { formatDaemon } from './format-daemon.js'
import { formatDispatch, type DispatchFacts } from './format-dispatch.js'
import { formatHistory } from './format-history.js'
import { formatMeasure } from './format-measure.js'
import { formatPlan } from './format-plan.js'
import { formatRule } from './format-rule.js'
import { formatWindow } from './format-window.js'
import { section, wrap } from './section.js'

/** An explanation as people read it, in sections; the last line is the verdict. */
export function formatExplanation(
  explanation: Explanation,
  daemon: DaemonState | undefined,
  dispatch?: DispatchFacts,
): string {
  const { notes } = explanation
  const sections = [
    formatRule(explanation),
    formatPlan(explanation),
    formatWindow(explanation),
    formatMeasure(explanation),
    formatHistory(explanation),
    ...(dispatch === undefined ? [] : [formatDispatch(dispatch)]),
    ...(daemon === undefined ? [] : [formatDaemon(daemon, explanation)]),
    ...(notes.length === 0
      ? []
      : [
          section(
            'NOTES',
            notes.flatMap((note) => wrap(note)),
          ),
        ]),
    `${printable(describeVerdict(explanation))}\n`,
  ]
  return sections.join('\n\n')
}
