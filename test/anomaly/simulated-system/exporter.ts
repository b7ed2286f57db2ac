import type { Dice } from './dice.js'
import type { ActiveEffects } from './effect.js'
import type { Batch } from './encode-line.js'
import type { SimulatedSpan } from './simulated-span.js'
import type { Pod } from './system.js'

const SECOND_MS = 1000
const LATE_SHARE = 0.014
const LONGEST_LATE_MS = 74_000
const REPEATED_SHARE = 0.006
const LOST_SHARE = 0.0005
const MOST_BATCHES_A_LINE = 6

/** What arrives together. */
export interface Delivery {
  /** Milliseconds since the start of the data. */
  readonly atMs: number
  readonly batches: readonly Batch[]
}

/** What happened to exports on their way. */
export interface ExportCounts {
  spans: number
  lines: number
  late: number
  repeated: number
  lost: number
  lostSpans: number
}

/** The way of spans from their pods to whoever receives them: in batches, some late, some twice, few never. */
export interface Exporter {
  readonly counts: Readonly<ExportCounts>
  add(span: SimulatedSpan): void
  /** What arrives in this second, in order. All spans that end before its end must have been added. */
  deliver(second: number, active: ActiveEffects): readonly Delivery[]
  /** Whether something is still on its way. */
  isBusy(): boolean
}

interface OpenBatch extends Batch {
  readonly spans: SimulatedSpan[]
}

interface Arrival {
  readonly atMs: number
  readonly batch: Batch
}

/** How often a pod sends, and when it began to. */
interface Rhythm {
  readonly everyMs: number
  readonly phaseMs: number
}

export function createExporter(dice: Dice): Exporter {
  const rhythms = new Map<Pod, Rhythm>()
  const open = new Map<number, Map<Pod, OpenBatch>>()
  const arriving = new Map<number, Arrival[]>()
  const counts: ExportCounts = { spans: 0, lines: 0, late: 0, repeated: 0, lost: 0, lostSpans: 0 }

  function rhythmOf(pod: Pod): Rhythm {
    const known = rhythms.get(pod)
    if (known !== undefined) return known
    const everyMs = dice.pick([1000, 2000, 5000, 5000])
    const rhythm = { everyMs, phaseMs: dice.between(0, everyMs) }
    rhythms.set(pod, rhythm)
    return rhythm
  }

  function add(span: SimulatedSpan): void {
    const { everyMs, phaseMs } = rhythmOf(span.pod)
    const sentMs = phaseMs + Math.ceil((span.endMs - phaseMs) / everyMs) * everyMs
    const second = Math.ceil(sentMs / SECOND_MS)
    const due = open.get(second) ?? new Map<Pod, OpenBatch>()
    open.set(second, due)
    const batch = due.get(span.pod) ?? { service: span.service, pod: span.pod, spans: [] }
    due.set(span.pod, batch)
    batch.spans.push(span)
  }

  function arrive(batch: Batch, atMs: number): void {
    const second = Math.floor(atMs / SECOND_MS)
    const there = arriving.get(second) ?? []
    arriving.set(second, there)
    there.push({ atMs, batch })
  }

  function send(batch: Batch, sentMs: number, active: ActiveEffects): void {
    if (dice.chance(LOST_SHARE)) {
      counts.lost += 1
      counts.lostSpans += batch.spans.length
      return
    }
    let atMs = sentMs + dice.logNormal(250, 0.7)
    if (dice.chance(LATE_SHARE)) {
      atMs += Math.min(LONGEST_LATE_MS, dice.logNormal(12_000, 0.7))
      counts.late += 1
    }
    for (const effect of active.exportDelayMs) atMs += effect.exportDelayMs(batch.pod, sentMs)
    arrive(batch, atMs)
    counts.spans += batch.spans.length
    if (!dice.chance(REPEATED_SHARE)) return
    counts.repeated += 1
    arrive(batch, atMs + dice.between(500, 15_000))
  }

  return {
    counts,
    add,
    deliver(second, active) {
      for (const batch of open.get(second)?.values() ?? []) send(batch, second * SECOND_MS, active)
      open.delete(second)
      const arrived = (arriving.get(second) ?? []).toSorted((a, b) => a.atMs - b.atMs)
      arriving.delete(second)
      const deliveries = joinArrivals(arrived, dice)
      counts.lines += deliveries.length
      return deliveries
    },
    isBusy: () => open.size > 0 || arriving.size > 0,
  }
}

/** A collector on the way sends on several batches at once. */
function joinArrivals(arrived: readonly Arrival[], dice: Dice): readonly Delivery[] {
  const deliveries: Delivery[] = []
  for (let index = 0; index < arrived.length;) {
    const taken = arrived.slice(index, index + dice.whole(1, MOST_BATCHES_A_LINE))
    index += taken.length
    deliveries.push({ atMs: Math.ceil(taken.at(-1)?.atMs ?? 0), batches: taken.map(({ batch }) => batch) })
  }
  return deliveries
}
