import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decodeJson } from '../../../src/otlp/decode-json.js'
import type { Span } from '../../../src/model/span.js'
import { buildSystem } from './build-system.js'
import { createDice } from './dice.js'
import { collectActive, type Effect } from './effect.js'
import { reaches, spansPerVisit, visitsPerSecond } from './expected-visits.js'
import { startFault, type FaultRun } from './fault-run.js'
import { FAULT_KINDS } from './faults/kinds.js'
import type { FaultKind } from './plan.js'
import { serve, type Stage } from './request.js'
import { simulate, type ArrivedLine, type SimulationOptions } from './simulate.js'
import { operationsOf, type Operation, type Service, type SimulatedSystem } from './system.js'

const SEEDS = Array.from({ length: 24 }, (_, index) => index + 1)
const SHORT: SimulationOptions = { seed: 3, hours: 0.15, spansPerSecond: 15 }
const MINUTE_MS = 60_000
const toTime = (atMs: number): string => new Date(atMs).toISOString()

function build(seed: number): SimulatedSystem {
  return buildSystem(createDice(seed), { spansPerSecond: 40 })
}

function hashOf(lines: Iterable<ArrivedLine>): string {
  const hash = createHash('sha256')
  for (const { arrivedAt, line } of lines) hash.update(`${arrivedAt} ${line}\n`)
  return hash.digest('hex')
}

function spansOf(lines: Iterable<ArrivedLine>): readonly Span[] {
  return [...lines].flatMap(({ line }) => decodeJson(JSON.parse(line)).spans)
}

describe('a simulated system', () => {
  it.each(SEEDS)(
    'with the seed %i is one in which requests end, and in which most services have something to do',
    (seed) => {
      const system = build(seed)
      const visited = new Set([...visitsPerSecond(system).keys()].map(({ service }) => service))
      expect(system.services.length).toBeGreaterThanOrEqual(6)
      expect(system.services.length).toBeLessThanOrEqual(25)
      expect(visited.size).toBeGreaterThan(system.services.length / 2)
      for (const { operation } of system.roots) expect(spansPerVisit(operation)).toBeLessThan(2000)
    },
  )

  it('is another one with another seed, in ways that matter', () => {
    const systems = SEEDS.map(build)
    const services = systems.flatMap((system) => system.services)
    const kinds = new Set(systems.flatMap(operationsOf).flatMap(({ steps }) => steps.map(({ kind }) => kind)))
    expect(new Set(systems.map(({ name }) => name)).size).toBeGreaterThan(12)
    expect(kinds).toEqual(new Set(['call', 'store', 'cache', 'publish', 'inner']))
    expect(new Set(services.map(({ instrumentation }) => instrumentation.status))).toEqual(
      new Set(['full', 'codes', 'none']),
    )
    expect(new Set(services.map(({ instrumentation }) => instrumentation.clientSpans))).toEqual(
      new Set([true, false]),
    )
    expect(
      Math.max(...systems.flatMap(({ nodes }) => nodes.map(({ skewMs }) => Math.abs(skewMs)))),
    ).toBeGreaterThan(1000)
  })

  it('is the same with the same seed, to the byte', () => {
    const hashes = [SHORT, SHORT, { ...SHORT, seed: 4 }].map((options) => hashOf(simulate(options).lines()))
    expect(hashes[0]).toBe(hashes[1])
    expect(hashes[0]).not.toBe(hashes[2])
  })

  it('sends what a receiver takes, in the order of arrival, some of it late and some twice', () => {
    const simulation = simulate({ ...SHORT, hours: 0.5 })
    const lines = [...simulation.lines()]
    const spans = spansOf(lines)
    const { counts } = simulation.labels()
    const ids = new Set(spans.map(({ spanId }) => spanId))
    const arrivals = lines.map(({ arrivedAt }) => arrivedAt)
    expect(arrivals).toEqual(arrivals.toSorted((a, b) => a - b))
    expect(ids.size).toBe(counts['spans'])
    expect(spans.length).toBeGreaterThan(ids.size)
    expect(counts['lateExports']).toBeGreaterThan(0)
    expect(spans.filter((span) => span.endTimeUnixNano < span.startTimeUnixNano)).toEqual([])
  })

  it('breaks one thing at a time, after the warm-up, and keeps the book of it', () => {
    const simulation = simulate({ seed: 5, hours: 1.5, spansPerSecond: 10 })
    for (const _ of simulation.lines());
    const { faults, benign, warmupEnd } = simulation.labels()
    expect(faults.length).toBeGreaterThan(3)
    expect(benign.length).toBeGreaterThan(8)
    for (const [index, fault] of faults.entries())
      expect(fault.start > (faults[index - 1]?.end ?? warmupEnd)).toBe(true)
    const seen = faults.filter(({ scored, category }) => scored && category !== 'traffic')
    expect(
      seen.filter(({ firstEffect = '', start, end }) => firstEffect < start || firstEffect > end),
    ).toEqual([])
  })

  it('can be left alone', () => {
    const simulation = simulate({ ...SHORT, hours: 0.6, faultTypes: [], hasBenign: false })
    for (const _ of simulation.lines());
    expect(simulation.labels().faults).toEqual([])
  })
})

interface PlacedFault {
  readonly run: FaultRun
  readonly system: SimulatedSystem
}

/** Finds a system that has a place for such a fault. */
function place(kind: FaultKind): PlacedFault | undefined {
  for (const seed of SEEDS) {
    const system = build(seed)
    const visits = visitsPerSecond(system)
    const serviceVisits = new Map<Service, number>()
    for (const [{ service }, perSecond] of visits)
      serviceVisits.set(service, (serviceVisits.get(service) ?? 0) + perSecond)
    const time = { startMs: 0, endMs: 10 * MINUTE_MS, shape: 'step' as const }
    const run = startFault(kind, time, { system, dice: createDice(seed), visits, serviceVisits })
    if (run !== undefined) return { run, system }
  }
  return undefined
}

function visitAll({ system }: PlacedFault, effects: readonly Effect[]): void {
  const dice = createDice(1)
  const stage: Stage = { system, dice, active: collectActive(effects), emit: () => {} }
  for (let atMs = MINUTE_MS; atMs < 9 * MINUTE_MS; atMs += 6000) {
    for (const { operation } of system.roots) {
      const requester = {
        traceId: dice.hex(32),
        customer: dice.pick(system.customers),
        region: dice.pick(system.regions),
      }
      serve(stage, operation, requester, atMs, '')
    }
  }
}

describe('each kind of fault', () => {
  it.each(FAULT_KINDS.map((kind) => [kind.type, kind] as const))(
    '%s has a place somewhere, does something there, and says whose it is',
    (type, kind) => {
      const placed = place(kind)
      if (placed === undefined) throw new Error(`no system has a place for ${type}`)
      placed.run.effect.begin?.(placed.system)
      visitAll(placed, [placed.run.effect])
      const label = placed.run.label('f', toTime)
      expect(placed.system.services.map(({ name }) => name)).toContain(label.service)
      expect(label.impacted).not.toContain(label.service)
      if (kind.category !== 'traffic') expect(label.effects).toBeGreaterThan(0)
    },
  )

  it('of traffic keeps requests away from one root', () => {
    const kind = FAULT_KINDS.find(({ type }) => type === 'traffic_drop')
    const placed = kind && place(kind)
    const demands = placed?.system.roots.map((root) => placed.run.effect.demand?.(root, MINUTE_MS)) ?? []
    expect(demands.filter((factor) => factor === 1)).toHaveLength(demands.length - 1)
    expect(Math.min(...demands.map((factor) => factor ?? 1))).toBeLessThan(0.2)
  })
})

describe('a way from one operation to another', () => {
  it('never leads back', () => {
    const back = (operation: Operation): boolean =>
      operation.steps.some(
        (step) => (step.kind === 'call' || step.kind === 'publish') && reaches(step.to, operation),
      )
    expect(
      SEEDS.map(build)
        .flatMap(operationsOf)
        .filter(back)
        .map(({ name }) => name),
    ).toEqual([])
  })
})
