import type { GroupStatus } from './rule/group-status.js'
import { MINUTE_MS, type Timestamp } from './model/time.js'
import type { RuleKey } from './store/rule-store.js'
import type { Store } from './store/store.js'

/** Which rules have been evaluated, also before a restart. */
export interface RulesMemory {
  wasEvaluated(rule: RuleKey): boolean
  /** Takes note of an evaluation, and saves it now and then. Rejects where it cannot be saved. */
  note(status: GroupStatus, at: Timestamp): Promise<void>
}

type Snapshots = Pick<Store, 'loadSnapshot' | 'saveSnapshot'>

const SNAPSHOT = 'rules'
const SAVED_EVERY_MS = MINUTE_MS
/** What was evaluated longer ago says nothing of now. */
const KEPT_MS = 60 * MINUTE_MS

/** Reads what was saved; what of it cannot be read is left out. */
export async function loadRulesMemory(store: Snapshots, at: Timestamp): Promise<RulesMemory> {
  const evaluated = new Map([...(await load(store))].filter(([, when]) => when <= at && when > at - KEPT_MS))
  let savedAt = Number.NEGATIVE_INFINITY
  return {
    wasEvaluated: (rule) => evaluated.has(rule),
    note: async ({ rules }, moment) => {
      const isNew = rules.some(({ key }) => !evaluated.has(key))
      for (const { key } of rules) evaluated.set(key, moment)
      if (!isNew && moment - savedAt < SAVED_EVERY_MS) return
      savedAt = moment
      for (const [key, when] of evaluated) if (when <= moment - KEPT_MS) evaluated.delete(key)
      const bytes = new TextEncoder().encode(JSON.stringify([...evaluated]))
      await store.saveSnapshot({ name: SNAPSHOT, at: moment, bytes })
    },
  }
}

async function load(store: Snapshots): Promise<ReadonlyMap<RuleKey, Timestamp>> {
  const snapshot = await store.loadSnapshot(SNAPSHOT)
  try {
    const saved: unknown = JSON.parse(new TextDecoder().decode(snapshot?.bytes))
    return new Map(Array.isArray(saved) ? saved.filter(isEntry) : [])
  } catch {
    return new Map()
  }
}

function isEntry(value: unknown): value is [RuleKey, Timestamp] {
  return Array.isArray(value) && typeof value[0] === 'string' && Number.isSafeInteger(value[1])
}
