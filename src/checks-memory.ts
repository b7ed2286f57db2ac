import type { RuleGroup } from './model/alerting-rule.js'
import type { AlertInstance } from './model/alert-instance.js'
import type { Timestamp } from './model/time.js'
import { restoreAlerts, type Restored } from './rule/restore-alerts.js'
import { toRuleKeys } from './rule/rule-key.js'
import type { RuleKey, RuleStore, SavedAlert, ToldTrace } from './store/rule-store.js'
import type { Store } from './store/store.js'

/** Where the built-in rules were before a restart. */
export interface ChecksMemory {
  readonly alerts: Restored['alerts']
  readonly told: readonly ToldTrace[]
  /** Until when traces were searched; undefined where that is not known. */
  readonly searchedAt: Timestamp | undefined
}

const SNAPSHOT = 'checks'

/** Reads what the rules of this group knew. What of it cannot be used is left out. */
export async function loadChecksMemory(store: Store, group: RuleGroup, at: Timestamp): Promise<ChecksMemory> {
  const keys = new Set(toRuleKeys(group))
  const isOurs = ({ rule }: { readonly rule: RuleKey }): boolean => keys.has(rule)
  const { alerts } = restoreAlerts((await store.loadAlerts()).filter(isOurs), [group], at)
  const told = (await store.loadTold(at)).filter(isOurs)
  return { alerts, told, searchedAt: await loadSearchedAt(store, at) }
}

async function loadSearchedAt(store: Store, at: Timestamp): Promise<Timestamp | undefined> {
  const snapshot = await store.loadSnapshot(SNAPSHOT)
  const searchedAt = Number(new TextDecoder().decode(snapshot?.bytes))
  return Number.isSafeInteger(searchedAt) && searchedAt > 0 && searchedAt <= at ? searchedAt : undefined
}

/** Keeps that everything until this moment was searched. */
export async function saveSearchedAt(store: Store, at: Timestamp): Promise<void> {
  await store.saveSnapshot({ name: SNAPSHOT, at, bytes: new TextEncoder().encode(String(at)) })
}

/** The same store, for those who know nothing of the alerts of this group. */
export function withoutGroup(store: RuleStore, group: RuleGroup): RuleStore {
  const keys = new Set(toRuleKeys(group))
  const isOther = ({ rule }: SavedAlert): boolean => !keys.has(rule)
  return {
    loadAlerts: async () => (await store.loadAlerts()).filter(isOther),
    commit: (evaluation) => store.commit(evaluation),
  }
}

/** When what fires since `firedAt` was told last, where it is told again and again. */
export function lastToldAt(
  alerts: Iterable<AlertInstance>,
  repeatMs: number,
  at: Timestamp,
): Timestamp | undefined {
  for (const alert of alerts) {
    if (alert.state === 'firing') return at - (Math.max(0, at - alert.firedAt) % repeatMs)
  }
  return undefined
}
