import type { AlertingRule, RuleGroup } from '../../../model/alerting-rule.js'
import { TraceqlError } from '../../../traceql/index.js'
import type { FileFault } from '../../yaml/file-fault.js'
import { formatPath } from '../../yaml/key-path.js'
import { readQuery } from '../checked-query.js'
import type { RuleFile } from '../parse-rule-file.js'
import { lintBareDuration } from './bare-duration.js'
import { createDuplicateLint } from './duplicate-rules.js'
import type { Lint, LintOptions } from './lint.js'
import { lintNeedsSpans } from './needs-spans.js'
import { lintNeverCrossed } from './never-crossed.js'
import { lintResolveConflict } from './resolve-conflict.js'
import { lintReservedLabels } from './reserved-labels.js'
import { lintTailSampling } from './tail-sampling.js'
import { lintUnboundedGroup } from './unbounded-group.js'
import { lintUnknownLabels } from './unknown-labels.js'
import { lintWindowGaps } from './window-gaps.js'
import { lintWindowReach } from './window-reach.js'

/** Something that is allowed, and most likely not meant. */
export interface LintWarning extends FileFault {
  /** What was looked for, such as `unbounded-group`. */
  readonly lint: string
}

const LINTS: Readonly<Record<string, Lint>> = {
  'bare-duration': lintBareDuration,
  'needs-spans': lintNeedsSpans,
  'never-crossed': lintNeverCrossed,
  'reserved-labels': lintReservedLabels,
  'resolve-conflict': lintResolveConflict,
  'tail-sampling': lintTailSampling,
  'unbounded-group': lintUnboundedGroup,
  'unknown-labels': lintUnknownLabels,
  'window-gaps': lintWindowGaps,
  'window-reach': lintWindowReach,
}

/** What the rules of files most likely do not mean. Rules of all the files are compared with each other. */
export function lintRules(files: readonly RuleFile[], options: LintOptions): readonly LintWarning[] {
  const lints = Object.entries({ ...LINTS, 'duplicate-rules': createDuplicateLint() })
  return files.flatMap((file) => [
    ...lintFile(file),
    ...file.groups.flatMap((group) =>
      group.rules.flatMap((rule) => lintRule(lints, { file, group, rule, options })),
    ),
  ])
}

function lintFile({ file, isEmpty }: RuleFile): readonly LintWarning[] {
  if (!isEmpty) return []
  return [{ file, line: 1, column: 1, key: '', lint: 'empty-file', problem: 'the file holds no rules' }]
}

interface PlacedRule {
  readonly file: RuleFile
  readonly group: RuleGroup
  readonly rule: AlertingRule
  readonly options: LintOptions
}

function lintRule(
  lints: readonly (readonly [string, Lint])[],
  { file, group, rule, options }: PlacedRule,
): readonly LintWarning[] {
  const query = readQuery(rule.expr)
  if (query instanceof TraceqlError) return []
  return lints.flatMap(([name, lint]) =>
    lint({ rule, group, query, options }).map(({ path, problem }) => ({
      ...file.placeOf(rule, ...path),
      key: `${rule.alert}: ${formatPath(path)}`,
      problem,
      lint: name,
    })),
  )
}
