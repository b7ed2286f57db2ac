import type { AlertInstance } from '../model/alert-instance.js'
import { describeThrown } from '../model/describe-thrown.js'
import type { Fingerprint } from '../model/label-set.js'
import { MINUTE_MS, type Timestamp } from '../model/time.js'
import type { RuleKey } from '../store/rule-store.js'
import type { Alerts } from './look-at-measure.js'
import type { RuleGroupParts } from './rule-group.js'
import { settleAlerts, type AlertChange, type Settled } from './settle-alerts.js'
import { stepAlert } from './step-alert.js'

export interface RetiredAlertsOptions extends Pick<
  RuleGroupParts,
  'store' | 'onAlerts' | 'logger' | 'metrics'
> {
  /** Whether an alert with these labels fires for a rule that is there. Its end must not be told then. */
  readonly isFiring: (fingerprint: Fingerprint) => boolean
}

/** The alerts of rules that are no more: they end, and their end is told for as long as that of any other. */
export interface RetiredAlerts {
  take(rule: RuleKey, alerts: Alerts): void
  /** The alerts of a rule that has come back. */
  giveBack(rule: RuleKey): Alerts | undefined
  /** Ends what has not ended, tells what is due, forgets what is old. What cannot be committed is left for the next time. */
  evaluate(at: Timestamp): Promise<void>
}

/** More at once are only counted. */
const MOST_LOGGED = 10

const NO_RULE = { forMs: 0, keepFiringForMs: 0 }

export function createRetiredAlerts(options: RetiredAlertsOptions): RetiredAlerts {
  const { store, logger, metrics } = options
  const retired = new Map<RuleKey, Alerts>()

  function settle(before: Alerts, at: Timestamp): Settled {
    const after = new Map<Fingerprint, AlertInstance>()
    for (const [fingerprint, alert] of before) {
      const ended = stepAlert(alert, { kind: 'ended' }, at, NO_RULE)
      if (ended !== undefined && !options.isFiring(fingerprint)) after.set(fingerprint, ended)
    }
    return settleAlerts(before, after, { at, intervalMs: MINUTE_MS, generatorUrl: '' })
  }

  function adopt(rule: RuleKey, { alerts }: Settled): void {
    if (alerts.size === 0) retired.delete(rule)
    else retired.set(rule, alerts)
  }

  async function evaluate(at: Timestamp): Promise<void> {
    const turns = [...retired].map(([rule, alerts]) => ({ rule, settled: settle(alerts, at) }))
    const alerts = turns.flatMap(({ settled }) => settled.told)
    await store.commit({
      at,
      saved: turns.flatMap(({ rule, settled }) => settled.saved.map((alert) => ({ rule, alert }))),
      removed: turns.flatMap(({ rule, settled }) =>
        settled.removed.map((fingerprint) => ({ rule, fingerprint })),
      ),
      alerts,
    })
    for (const { rule, settled } of turns) adopt(rule, settled)
    logEnds(turns.flatMap(({ settled }) => settled.changes))
    if (alerts.length > 0) options.onAlerts(alerts)
  }

  function logEnds(changes: readonly AlertChange[]): void {
    // One that fires for another rule now has not ended.
    const ends = changes.filter(({ from, alert }) => from === 'firing' && alert.state === 'inactive')
    for (const { alert } of ends.slice(0, MOST_LOGGED)) {
      const labels = JSON.stringify(Object.fromEntries(alert.labels))
      logger.info('Alert has ended: its rule is gone', { labels })
    }
    const others = ends.length - MOST_LOGGED
    if (others > 0) logger.info('More alerts have ended: their rules are gone', { alerts: others })
  }

  return {
    take: (rule, alerts) => {
      if (alerts.size > 0) retired.set(rule, alerts)
    },

    giveBack(rule) {
      const alerts = retired.get(rule)
      retired.delete(rule)
      return alerts
    },

    async evaluate(at) {
      if (retired.size === 0) return
      try {
        await evaluate(at)
      } catch (error) {
        metrics.ruleCommitFailures.inc()
        logger.error('The end of alerts whose rules are gone could not be told', {
          error: describeThrown(error),
        })
      }
    },
  }
}
