import { DEFAULT_ANOMALIES } from '../../config/rules/default-anomalies.js'
import type { RuleGroup } from '../../model/alerting-rule.js'
import type { QuerySource } from '../query/choose-source.js'
import { InputError } from '../query/input-error.js'
import { loadGroups, type RulesOptions } from './load-groups.js'

export interface BacktestRulesOptions extends RulesOptions {
  /** Whether the rules are meant that need no file: alone, or beside those of files that are named. */
  readonly anomalyDefaults: boolean
}

/** The rule groups that are to be replayed over a source. Throws as `loadGroups` does, and where a source is no place for them. */
export function chooseGroups(
  options: BacktestRulesOptions,
  source: Pick<QuerySource, 'kind'>,
): readonly RuleGroup[] {
  if (!options.anomalyDefaults) return loadGroups(options)
  if (source.kind === 'tempo') {
    throw new InputError(
      '--anomaly-defaults: --source is a Tempo, and what is normal is learned from every span: expected a file of OTLP JSON Lines',
    )
  }
  return [...(options.rules === undefined ? [] : loadGroups(options)), DEFAULT_ANOMALIES]
}
