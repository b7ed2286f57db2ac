import { buildSystem } from './build-system.js'
import { createDice } from './dice.js'
import { createDirector, WARM_UP_MS } from './director.js'
import { collectActive } from './effect.js'
import { encodeLine } from './encode-line.js'
import { createExporter, type ExportCounts } from './exporter.js'
import type { Labels } from './labels.js'
import { serve, type Stage } from './request.js'
import type { SimulatedSystem } from './system.js'
import { createTraffic } from './traffic.js'

export interface SimulationOptions {
  readonly seed: number
  readonly hours: number
  /** About how many spans a second there are on the average; 40 by default. */
  readonly spansPerSecond?: number
  /** Types of faults; all where undefined, none where empty. */
  readonly faultTypes?: readonly string[] | undefined
  /** Whether there are events that must not alert; there are by default. */
  readonly hasBenign?: boolean
  /** The moment at which the data starts, in Unix milliseconds. */
  readonly startUnixMs?: number
}

/** An export request as it arrived. */
export interface ArrivedLine {
  /** Unix milliseconds. */
  readonly arrivedAt: number
  /** OTLP JSON, without the end of the line. */
  readonly line: string
}

export interface Simulation {
  readonly system: SimulatedSystem
  /** Everything that arrives, in the order of arrival; to be read once. */
  lines(): Generator<ArrivedLine, void, void>
  /** What was done to the system; complete when all lines were read. */
  labels(): Labels
}

const HOUR_MS = 3_600_000
const SECOND_MS = 1000
const FIRST_DAY = Date.UTC(2026, 4, 4)

/**
 * A made-up system of services, the requests it serves, what goes wrong in it and what only looks so: the same for the
 * same seed. Nothing in it is taken from a real system.
 */
export function simulate(options: SimulationOptions): Simulation {
  const { seed, hours, spansPerSecond = 40, faultTypes, hasBenign = true } = options
  const dice = createDice(seed)
  const system = buildSystem(dice, { spansPerSecond })
  const startUnixMs = options.startUnixMs ?? FIRST_DAY + dice.whole(0, 7 * 24) * HOUR_MS
  const endMs = hours * HOUR_MS
  const director = createDirector({ system, dice: createDice(seed + 1), endMs, faultTypes, hasBenign })
  const exporter = createExporter(createDice(seed + 2))
  const traffic = createTraffic(system, createDice(seed + 3))
  const toTime = (atMs: number): string => new Date(startUnixMs + atMs).toISOString()
  let requests = 0

  function* lines(): Generator<ArrivedLine, void, void> {
    for (let second = 0; second * SECOND_MS < endMs || exporter.isBusy(); second += 1) {
      const atMs = second * SECOND_MS
      const active = collectActive(director.effectsAt(atMs))
      for (const delivery of exporter.deliver(second, active)) {
        yield {
          arrivedAt: startUnixMs + delivery.atMs,
          line: encodeLine(delivery.batches, { startUnixMs, namespace: system.namespace }),
        }
      }
      if (atMs >= endMs) continue
      const stage: Stage = { system, dice, active, emit: (span) => exporter.add(span) }
      for (const { operation, requester, atMs: at, hasUnseenParent } of traffic(second, active)) {
        requests += 1
        serve(stage, operation, requester, at, hasUnseenParent ? dice.hex(16) : '')
      }
    }
  }

  return {
    system,
    lines,
    labels: () => ({
      dataset: `simulated-${seed}`,
      system: system.name,
      source: 'simulated, no real system behind it',
      start: toTime(0),
      end: toTime(endMs),
      warmupEnd: toTime(WARM_UP_MS),
      observed: [{ start: toTime(0), end: toTime(endMs) }],
      counts: countsOf(exporter.counts, requests, system),
      clockSkewMs: Object.fromEntries(
        system.nodes.map(({ name, skewMs }) => [name, Math.round(skewMs * 10) / 10]),
      ),
      faults: director.faults(toTime),
      benign: director.benign(toTime),
    }),
  }
}

function countsOf(
  { spans, lines, late, repeated, lost, lostSpans }: ExportCounts,
  requests: number,
  { services }: SimulatedSystem,
): Labels['counts'] {
  return {
    spans,
    requests,
    lines,
    services: services.length,
    lateExports: late,
    repeatedExports: repeated,
    lostExports: lost,
    lostSpans,
  }
}
