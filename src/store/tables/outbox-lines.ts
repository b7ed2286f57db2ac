import type { Target } from '../../model/outbox.js'
import type { Timestamp } from '../../model/time.js'
import { createHeap, type Heap } from './heap.js'
import { toKey, type OutboxRow } from './tables.js'

/** The entries of an outbox that wait, in lines: one for each target and group key, of which only the first can be due. */
export interface OutboxLines {
  /** Tells of an entry that is new, has changed or is gone. */
  change(before: OutboxRow | undefined, after: OutboxRow | undefined): void
  /** Of the targets that are not busy, the first in their lines whose time has come; the lowest order first. */
  due(at: Timestamp, most: MostDue, busy: ReadonlySet<Target>): readonly OutboxRow[]
  nextDueAt(busy: ReadonlySet<Target>): Timestamp | undefined
  /** The last that waits for a target about a group. */
  last(line: Pick<OutboxRow, 'target' | 'groupKey'>): OutboxRow | undefined
  /** How many wait. */
  readonly size: number
}

/** How many are wanted, of all targets and of each. */
export interface MostDue {
  readonly limit: number
  readonly perTarget: number
}

interface Line {
  /** By id, in the order in which they leave. */
  readonly rows: Map<number, OutboxRow>
  /** Goes up when another is the first, or the first has changed: what a heap holds of before is out of date. */
  version: number
}

/** The first of a line, as it was at some version. */
interface Head {
  readonly line: Line
  readonly version: number
  readonly row: OutboxRow
  readonly dueAt: Timestamp
}

interface Lane {
  readonly lines: Map<string, Line>
  /** Lines whose first was not due when it was last looked at, by the time when it is. */
  readonly later: Heap<Head>
  /** Those whose first is due, by order. */
  readonly ready: Heap<Head>
}

export function createOutboxLines(): OutboxLines {
  const lanes = new Map<Target, Lane>()
  let size = 0
  let newestHold = Number.NEGATIVE_INFINITY

  function put(row: OutboxRow): void {
    newestHold = Math.max(newestHold, row.heldSince)
    const lane = lanes.get(row.target) ?? createLane()
    lanes.set(row.target, lane)
    const line = lane.lines.get(row.groupKey) ?? { rows: new Map<number, OutboxRow>(), version: 0 }
    lane.lines.set(row.groupKey, line)
    line.rows.set(row.id, row)
    if (firstOf(line)?.id === row.id) offer(lane, line)
  }

  function take(row: OutboxRow): void {
    const lane = lanes.get(row.target)
    const line = lane?.lines.get(row.groupKey)
    if (lane === undefined || line === undefined) return
    const wasFirst = firstOf(line)?.id === row.id
    line.rows.delete(row.id)
    if (wasFirst) offer(lane, line)
    if (line.rows.size === 0) lane.lines.delete(row.groupKey)
    if (lane.lines.size === 0) lanes.delete(row.target)
  }

  /** Where the clock was set back, what was held before waits no longer: else it would for as long as the clock was set back. */
  function letGoOfHeldLater(at: Timestamp): void {
    if (newestHold <= at) return
    newestHold = Number.NEGATIVE_INFINITY
    for (const lane of lanes.values()) {
      for (const line of lane.lines.values()) {
        for (const { heldSince } of line.rows.values()) newestHold = Math.max(newestHold, heldSince)
        const first = firstOf(line)
        if (first !== undefined && first.heldSince > at) offer(lane, line, at)
      }
    }
  }

  function lanesBut(busy: ReadonlySet<Target>): readonly Lane[] {
    return [...lanes].flatMap(([target, lane]) => (busy.has(target) ? [] : [lane]))
  }

  return {
    get size() {
      return size
    },
    change(before, after) {
      const [waited, waits] = [before?.state === 'waiting', after?.state === 'waiting']
      if (before !== undefined && waited && !waits) take(before)
      if (after !== undefined && waits) put(after)
      size += Number(waits) - Number(waited)
    },
    due(at, { limit, perTarget }, busy) {
      letGoOfHeldLater(at)
      return lanesBut(busy)
        .flatMap((lane) => dueOf(lane, at, Math.min(limit, perTarget)))
        .toSorted((a, b) => a.order - b.order)
        .slice(0, limit)
    },
    last: ({ target, groupKey }) => [...(lanes.get(target)?.lines.get(groupKey)?.rows.values() ?? [])].at(-1),
    nextDueAt(busy) {
      const times = lanesBut(busy).flatMap((lane) => nextOf(lane) ?? [])
      return times.length === 0 ? undefined : Math.min(...times)
    },
  }
}

function createLane(): Lane {
  return {
    lines: new Map(),
    later: createHeap(({ dueAt }) => dueAt),
    ready: createHeap(({ row }) => row.order),
  }
}

/** Puts what is now the first of a line among the heads: as due at its time, where no other is said. */
function offer(lane: Lane, line: Line, at?: Timestamp): void {
  line.version += 1
  const row = firstOf(line)
  if (row !== undefined) lane.later.push({ line, version: line.version, row, dueAt: at ?? row.nextAttemptAt })
}

function firstOf({ rows }: Line): OutboxRow | undefined {
  return rows.values().next().value
}

function dueOf({ later, ready }: Lane, at: Timestamp, limit: number): readonly OutboxRow[] {
  for (let head = later.peek(); head !== undefined && head.dueAt <= at; head = later.peek()) {
    later.pop()
    ready.push(head)
  }
  const heads: Head[] = []
  const rows: OutboxRow[] = []
  while (rows.length < limit) {
    const head = popCurrent(ready)
    if (head === undefined) break
    heads.push(head)
    // The time may have gone back since it was ready.
    if (head.dueAt <= at) rows.push(head.row)
  }
  for (const head of heads) ready.push(head)
  return rows
}

function popCurrent(heap: Heap<Head>): Head | undefined {
  for (let head = heap.pop(); head !== undefined; head = heap.pop()) if (isCurrent(head)) return head
  return undefined
}

function isCurrent({ line, version }: Head): boolean {
  return line.version === version
}

function nextOf({ later, ready }: Lane): Timestamp | undefined {
  const first = popCurrent(ready)
  if (first !== undefined) {
    ready.push(first)
    return first.dueAt
  }
  const next = popCurrent(later)
  if (next !== undefined) later.push(next)
  return next?.dueAt
}

/** Of which line an entry is, and what it is in it: two that share both are one. */
export function toDeliveryKey({
  target,
  idempotencyKey,
}: Pick<OutboxRow, 'target' | 'idempotencyKey'>): string {
  return toKey(target, idempotencyKey)
}
