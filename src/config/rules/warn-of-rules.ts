import type { RuleGroup } from '../../model/alerting-rule.js'
import type { Logger } from '../../telemetry/logger.js'
import { findBeyondReach, type SourceReach } from './find-beyond-reach.js'

/** More are only counted. */
const MOST_TOLD = 10

/** Logs the rules that can never see all that they look at, as no evaluation fails for it. */
export function warnOfRules(
  groups: readonly RuleGroup[],
  reach: SourceReach | undefined,
  logger: Pick<Logger, 'warn'>,
): void {
  if (reach === undefined) return
  const warnings = groups.flatMap(({ rules }) =>
    rules.flatMap((rule) => {
      const problem = findBeyondReach(rule, reach)
      return problem === undefined ? [] : [{ rule, problem }]
    }),
  )
  for (const { rule, problem } of warnings.slice(0, MOST_TOLD)) {
    const place = `${rule.place.file}:${rule.place.line}:${rule.place.column}`
    logger.warn('A rule looks further back than its source', { rule: rule.alert, place, problem })
  }
  const others = warnings.length - MOST_TOLD
  if (others > 0) logger.warn('More rules look further back than their source', { rules: others })
}
