import { openSqliteStore as open, type SqliteStoreOptions } from '../src/store/sqlite/sqlite-store.js'
import type { Store } from '../src/store/store.js'
import { SECOND_MS } from '../src/model/time.js'
import { dieAt } from './die-at.js'
import { createDyingDriver } from './dying-driver.js'
import { breakStore, FAULT_VARIABLE } from './faults.js'
import { readCommitted, toCommitted } from './journal.js'
import { openLines } from './lines-file.js'
import type { Committed } from './records.js'
import { JOURNAL_VARIABLE, type Step } from './steps.js'

/** So that each sweep has something to let go of. */
const DELIVERED_KEPT_MS = 20 * SECOND_MS
const SWEEP_EVERY_MS = 350

/** Whose transactions are written next. */
const within: Step[] = []

/** The store of tracebell. It writes down what is committed, and kills its process at the step that is asked for. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  dieAt('recovery-before-open')
  const driver = createDyingDriver(() => new Set(within).forEach(dieAt))
  const sound = await open({ ...options, driver, limits: { deliveredMs: DELIVERED_KEPT_MS } })
  const store = breakStore(sound, process.env[FAULT_VARIABLE])
  const journal = openLines(process.env[JOURNAL_VARIABLE] ?? '')
  journal.append(await readCommitted(store))
  dieAt('recovery-opened')
  const note = (committed: Committed): void => journal.append(committed)
  const dying: Store = { ...store, ...recovery(store), ...commits(store, note), ...delivery(store) }
  setInterval(() => void dying.sweep(options.clock.now()).catch(() => {}), SWEEP_EVERY_MS).unref()
  return dying
}

async function inside<R>(step: Step, call: () => Promise<R>): Promise<R> {
  within.push(step)
  try {
    return await call()
  } finally {
    within.splice(within.indexOf(step), 1)
  }
}

function recovery(store: Store): Pick<Store, 'loadAlerts' | 'loadActive'> {
  return {
    loadAlerts: async () => {
      const alerts = await store.loadAlerts()
      dieAt('recovery-alerts-loaded')
      return alerts
    },
    loadActive: async () => {
      const active = await store.loadActive()
      dieAt('recovery-active-loaded')
      return active
    },
  }
}

function commits(store: Store, note: (committed: Committed) => void): Pick<Store, 'commit' | 'dispatch'> {
  return {
    commit: async (evaluation) => {
      const { alerts, outbox = [] } = evaluation
      const isNews = alerts.length + outbox.length > 0
      if (isNews) dieAt('commit-before')
      await inside('commit-in-transaction', () => store.commit(evaluation))
      if (!isNews) return
      note(toCommitted(alerts, outbox))
      dieAt('commit-committed')
    },
    dispatch: async (group) => {
      dieAt('flush-before')
      const dispatched = await inside('flush-in-transaction', () => store.dispatch(group))
      note(toCommitted([], group.outbox))
      dieAt('flush-committed')
      return dispatched
    },
  }
}

function delivery(store: Store): Pick<Store, 'due' | 'delivered' | 'retryAt' | 'sweep'> {
  return {
    due: async (...question) => {
      const entries = await store.due(...question)
      if (entries.length > 0) dieAt('delivery-due')
      return entries
    },
    delivered: async (...settled) => {
      dieAt('delivery-answered')
      await inside('delivery-in-transaction', () => store.delivered(...settled))
      dieAt('delivery-written')
    },
    retryAt: async (...failed) => {
      await store.retryAt(...failed)
      dieAt('retry-written')
    },
    sweep: async (at) => {
      dieAt('sweep-before')
      await inside('sweep-in-transaction', () => store.sweep(at))
      dieAt('sweep-swept')
    },
  }
}
