import type { Effect } from '../effect.js'
import type { BenignKind, BenignPlan, BenignStage } from '../plan.js'
import { EXCEPTIONS } from '../vocabulary.js'

const SECOND_MS = 1000

function during({ startMs }: BenignStage, ms: number, effect: Omit<Effect, 'startMs' | 'endMs'>): BenignPlan {
  return { effects: [{ ...effect, startMs, endMs: startMs + ms }], endMs: startMs + ms, detail: '' }
}

/** One pod of several refuses connections for seconds, and comes back. */
function planRestart(stage: BenignStage): BenignPlan {
  const { dice, system } = stage
  const service = dice.pick(system.services.filter(({ layer }) => layer > 0))
  const pod = dice.pick(service.pods)
  const isAlone = service.pods.length === 1
  const ms = dice.between(2, isAlone ? 5 : 9) * SECOND_MS
  return {
    ...during(stage, ms, { refuses: (other) => other === pod && dice.chance(0.7) }),
    service: service.name,
    detail: `1 of ${service.pods.length} pods restarts, refused connections for ${Math.round(ms / SECOND_MS)} s`,
  }
}

function planBlip(stage: BenignStage): BenignPlan {
  const { dice, startMs } = stage
  const operation = dice.pick([...stage.visits.keys()])
  const [type, message] = dice.pick(EXCEPTIONS[operation.service.language])
  const ms = dice.between(3, 8) * SECOND_MS
  return {
    ...during(stage, ms, {
      fails: ({ operation: visited, atMs }) =>
        visited === operation && atMs >= startMs && atMs < startMs + ms && dice.chance(0.6)
          ? { type, message, isEarly: true, code: 500 }
          : undefined,
    }),
    service: operation.service.name,
    detail: `errors in ${operation.name} for ${Math.round(ms / SECOND_MS)} s, then fine`,
  }
}

function planPause(stage: BenignStage): BenignPlan {
  const { dice, startMs } = stage
  const service = dice.pick(stage.system.services)
  const pod = dice.pick(service.pods)
  const goesOnMs = startMs + dice.between(0.3, 2.5) * SECOND_MS
  return {
    ...during(stage, 5 * SECOND_MS, {
      resumesMs: (other, atMs) => (other === pod && atMs >= startMs && atMs < goesOnMs ? goesOnMs : 0),
    }),
    service: service.name,
    detail: `pod ${pod.name} stops for ${((goesOnMs - startMs) / SECOND_MS).toFixed(1)} s`,
  }
}

function planStall(stage: BenignStage): BenignPlan {
  const { dice, system, startMs } = stage
  const node = dice.pick(system.nodes)
  const ms = dice.between(15, 50) * SECOND_MS
  const delay = (atMs: number): number => Math.max(0, startMs + ms - atMs)
  return {
    ...during(stage, ms, { exportDelayMs: (pod, atMs) => (pod.node === node ? delay(atMs) : 0) }),
    detail: `spans of every pod on ${node.name} arrive late, in one burst`,
  }
}

/** Short troubles that are over before anybody could look. */
export const HICCUPS: readonly BenignKind[] = [
  { type: 'pod_restart', plan: planRestart },
  { type: 'error_blip', plan: planBlip },
  { type: 'gc_pause', plan: planPause },
  { type: 'exporter_stall', plan: planStall },
]
