import type { Timestamp } from '../../model/time.js'
import type { Evaluation, RuleStore, ToldStore, ToldTrace } from '../rule-store.js'
import type { Core } from './core.js'
import type { Draft } from './draft.js'
import { admit, enqueue } from './enqueue.js'
import { forgetOldest } from './forget-oldest.js'
import { KEY_OF, toKey } from './tables.js'

export function createRulePart(core: Core): RuleStore & ToldStore {
  const { tables, limits } = core

  function keepAlerts(draft: Draft, { saved, removed }: Evaluation): void {
    for (const { rule, fingerprint } of removed) draft.remove('alerts', toKey(rule, fingerprint))
    for (const alert of saved) draft.put('alerts', alert)
  }

  /** One more than there is room for is only handed on: it is told of again while it lasts. Answers how many. */
  function keepActive(draft: Draft, { alerts }: Evaluation): number {
    let left = 0
    for (const alert of alerts) {
      const isFull = draft.count('active') >= limits.activeAlerts
      if (isFull && draft.get('active', KEY_OF.active(alert)) === undefined) left += 1
      else draft.put('active', alert)
    }
    return left
  }

  /** What is told of again is remembered for longer, never shorter. */
  function keepTold(draft: Draft, told: readonly ToldTrace[]): number {
    for (const trace of told) {
      const before = draft.get('told', KEY_OF.told(trace))
      if (before === undefined || before.expiresAt < trace.expiresAt) draft.put('told', trace)
    }
    return forgetOldest(draft, 'told', tables.told, limits.toldTraces)
  }

  return {
    loadAlerts: () => core.read(() => [...tables.alerts.values()]),
    loadTold: (at) => core.read(() => [...tables.told.values()].filter(isRemembered(at)).toSorted(byExpiry)),
    async commit(evaluation) {
      const over = await core.transact((draft) => {
        const admission = admit(core, evaluation.outbox ?? [])
        keepAlerts(draft, evaluation)
        enqueue(core, draft, admission, evaluation.at)
        const [active, told] = [keepActive(draft, evaluation), keepTold(draft, evaluation.told ?? [])]
        return { active, told, outbox: admission.refused.length + admission.displaced.length }
      })
      core.drop('active', over.active)
      core.drop('told', over.told)
      core.drop('outbox', over.outbox)
    },
  }
}

function isRemembered(at: Timestamp): (told: ToldTrace) => boolean {
  return ({ expiresAt }) => expiresAt >= at
}

function byExpiry(a: ToldTrace, b: ToldTrace): number {
  return a.expiresAt - b.expiresAt
}
