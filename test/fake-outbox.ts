import type { Outbox, OutboxEntry, OutgoingMessage } from '../src/model/outbox.js'
import type { Timestamp } from '../src/model/time.js'

interface Held {
  readonly entry: OutboxEntry
  readonly nextAt: Timestamp
}

/** An outbox in memory, that can be made to fail. */
export interface FakeOutbox extends Outbox {
  put(outgoing: Pick<OutgoingMessage, 'target'> & Partial<OutgoingMessage>): OutboxEntry
  readonly held: ReadonlyMap<number, Held>
  /** What was given up, with the reason. */
  readonly buried: readonly (readonly [id: number, error: string])[]
  /** Lets the next calls fail. */
  fail(calls: number): void
  /** How often it was asked what is due. */
  readonly asked: number
}

export function createFakeOutbox(now: () => Timestamp): FakeOutbox {
  const held = new Map<number, Held>()
  const buried: [number, string][] = []
  let [ids, failing, asked] = [0, 0, 0]

  function check(): void {
    if (failing === 0) return
    failing -= 1
    throw new Error('the disk is full')
  }

  /** The first of each target and group key. */
  function heads(): readonly Held[] {
    const seen = new Set<string>()
    return [...held.values()].filter(({ entry: { target, groupKey } }) => {
      const lane = JSON.stringify([target, groupKey])
      return !seen.has(lane) && seen.add(lane)
    })
  }

  return {
    held,
    buried,
    get asked() {
      return asked
    },
    fail: (calls) => (failing += calls),
    put: (outgoing) => {
      ids += 1
      const message = { contentType: 'text/plain', body: String(ids), facts: {}, leftOut: 0 }
      const entry: OutboxEntry = {
        id: ids,
        lane: 'alerts',
        groupKey: `group ${ids}`,
        idempotencyKey: `key ${ids}`,
        message,
        createdAt: now(),
        attempts: 0,
        queuedAt: now(),
        ...outgoing,
      }
      held.set(ids, { entry, nextAt: now() })
      return entry
    },
    due: async (at, limit, busy) => {
      asked += 1
      check()
      const due = heads().filter(({ entry, nextAt }) => nextAt <= at && !busy.includes(entry.target))
      return due.slice(0, limit).map(({ entry }) => entry)
    },
    nextDueAt: async (busy) => {
      const times = heads().flatMap(({ entry, nextAt }) => (busy.includes(entry.target) ? [] : [nextAt]))
      return times.length === 0 ? undefined : Math.min(...times)
    },
    delivered: async (id) => {
      check()
      held.delete(id)
    },
    retryAt: async (id, nextAt) => {
      check()
      const { entry } = held.get(id) ?? {}
      if (entry !== undefined) held.set(id, { entry: { ...entry, attempts: entry.attempts + 1 }, nextAt })
    },
    dead: async (id, error) => {
      check()
      held.delete(id)
      buried.push([id, error])
    },
    waiting: async () => held.size,
  }
}
