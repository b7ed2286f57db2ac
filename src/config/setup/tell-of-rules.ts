import type { Logger } from '../../telemetry/logger.js'
import { warnOfRules } from '../rules/warn-of-rules.js'
import type { UserRules } from './setup.js'

/** Logs which rules there are at the start, from where they come, and what is to be said of them. */
export function tellOfRules(
  { groups, settings, emptyFiles = [] }: UserRules,
  logger: Pick<Logger, 'info' | 'warn'>,
): void {
  const rules = groups.reduce((sum, group) => sum + group.rules.length, 0)
  const from = settings.patterns.join(', ') || 'built-in'
  const facts = { rules, groups: groups.length, from }
  if (rules === 0) logger.warn('No rules were loaded: only the built-in ones run', facts)
  else logger.info('Rules were loaded', facts)
  for (const file of emptyFiles) logger.warn('A rule file holds no rules', { file })
  warnOfRules(groups, settings.reach, logger)
}
