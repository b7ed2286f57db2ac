import type { Dice } from './dice.js'
import type { Latency } from './latency.js'
import type { CacheStep, Store, StoreStep } from './system.js'
import { CACHE_SYSTEMS, SQL_SYSTEMS } from './vocabulary.js'

const SQL_VERBS = ['SELECT', 'SELECT', 'SELECT', 'UPDATE', 'INSERT', 'DELETE']

export function buildDatabase(noun: string, namespace: string, dice: Dice): Store {
  return {
    kind: 'sql',
    system: dice.pick(SQL_SYSTEMS),
    name: `${noun}db`,
    host: `${noun}-db-${dice.whole(0, 2)}.${namespace}.internal`,
  }
}

export function buildCache(noun: string, namespace: string, dice: Dice): Store {
  const system = dice.pick(CACHE_SYSTEMS)
  return { kind: 'cache', system, name: `${noun}-${system}`, host: `${noun}-${system}.${namespace}.internal` }
}

export function buildExternal(noun: string, dice: Dice): Store {
  const host = `${dice.pick(['api', 'ws', 'gateway', 'v2'])}.${noun}-${dice.pick(['hub', 'data', 'cloud', 'pay'])}.example`
  return { kind: 'external', system: 'http', name: host, host }
}

/** A statement that this database gets, with its usual share of requests. */
export function buildStatement(store: Store, noun: string, dice: Dice): StoreStep {
  const verb = dice.pick(SQL_VERBS)
  const table = `${noun.replaceAll('-', '_')}s`
  return {
    ...storeStep(store, dice),
    name: `${verb} ${dice.chance(0.15) ? store.name : table}`,
    verb,
    text: `${verb} ${table} WHERE id = ?`,
    latency: someLatency(dice, 0.8, 25),
  }
}

/** A look into a cache, with the statement that stands behind it. */
export function buildCacheStep(cache: Store, onMiss: StoreStep, dice: Dice): CacheStep {
  const command = (verb: string): StoreStep => ({
    ...storeStep(cache, dice),
    name: verb,
    verb,
    text: `${verb} ?`,
    latency: someLatency(dice, 0.2, 1.2),
    isVital: false,
  })
  return {
    kind: 'cache',
    share: dice.between(0.6, 1),
    leastTimes: 1,
    mostTimes: 1,
    isVital: true,
    look: command('GET'),
    missShare: dice.between(0.02, 0.35),
    onMiss,
    fill: command('SET'),
  }
}

/** A request to somebody else's host, which is slower and fails more. */
export function buildExternalStep(store: Store, dice: Dice): StoreStep {
  const verb = dice.pick(['GET', 'POST'])
  return {
    ...storeStep(store, dice),
    name: verb,
    verb,
    text: `https://${store.host}/v1/${dice.pick(['lookup', 'check', 'rates', 'submit'])}`,
    latency: someLatency(dice, 30, 220),
    failShare: dice.logBetween(0.0005, 0.02),
  }
}

function storeStep(store: Store, dice: Dice): StoreStep {
  return {
    kind: 'store',
    store,
    share: dice.chance(0.7) ? 1 : dice.between(0.1, 0.9),
    leastTimes: 1,
    mostTimes: dice.chance(0.12) ? dice.whole(2, 4) : 1,
    isVital: dice.chance(0.8),
    name: '',
    verb: '',
    text: '',
    latency: { medianMs: 1, sigma: 0.3, tailShare: 0 },
    failShare: dice.chance(0.9) ? 0 : dice.logBetween(0.0005, 0.01),
  }
}

/** A latency whose median lies between two, more or less spread. */
export function someLatency(dice: Dice, leastMs: number, mostMs: number): Latency {
  return {
    medianMs: dice.logBetween(leastMs, mostMs),
    sigma: dice.between(0.15, 0.7),
    tailShare: dice.chance(0.6) ? dice.logBetween(0.001, 0.03) : 0,
  }
}
