import type { Effect, Visit } from '../effect.js'
import type { BenignKind, BenignPlan, BenignStage } from '../plan.js'
import type { Root } from '../system.js'

const SECOND_MS = 1000
const MINUTE_MS = 60_000

function shift(stage: BenignStage, ms: number, factor: (root: Root, atMs: number) => number): BenignPlan {
  const { startMs } = stage
  const endMs = startMs + ms
  return { effects: [{ startMs, endMs, demand: factor }], endMs, detail: '' }
}

function planBurst(stage: BenignStage): BenignPlan {
  const factor = stage.dice.between(2, 5)
  const plan = shift(stage, stage.dice.between(50, 200) * SECOND_MS, () => factor)
  return { ...plan, detail: `all traffic x${factor.toFixed(1)}` }
}

function planRootBurst(stage: BenignStage): BenignPlan {
  const chosen = stage.dice.pick(stage.system.roots)
  const factor = stage.dice.between(2.5, 6)
  const plan = shift(stage, stage.dice.between(40, 150) * SECOND_MS, (root) => (root === chosen ? factor : 1))
  return {
    ...plan,
    service: chosen.operation.service.name,
    detail: `${chosen.operation.name} x${factor.toFixed(1)}`,
  }
}

function planMixShift(stage: BenignStage): BenignPlan {
  const chosen = stage.dice.pick(stage.system.roots)
  const plan = shift(stage, stage.dice.between(80, 300) * SECOND_MS, (root) => (root === chosen ? 3 : 0.65))
  return { ...plan, detail: `${chosen.operation.name} x3, all else x0.65` }
}

/** Requests grow few over a quarter of an hour, and come back as slowly. */
function planValley(stage: BenignStage): BenignPlan {
  const { dice, startMs } = stage
  const fallMs = dice.between(10, 18) * MINUTE_MS
  const floor = dice.between(0.15, 0.4)
  const ms = 2 * fallMs + dice.between(3, 10) * MINUTE_MS
  const plan = shift(stage, ms, (_root, atMs) => {
    const fromEdge = Math.min(atMs - startMs, startMs + ms - atMs)
    return 1 - (1 - floor) * Math.min(1, fromEdge / fallMs)
  })
  return { ...plan, detail: `traffic falls to ${Math.round(floor * 100)} % and comes back` }
}

/** Whether a request is one of the `share` that somebody unusual sends; the same answer for all its visits. */
function isTheirs({ requester }: Visit, share: number): boolean {
  return Number.parseInt(requester.traceId.slice(0, 4), 16) < share * 0x1_0000
}

function planCrawler(stage: BenignStage): BenignPlan | undefined {
  const { dice, system, startMs } = stage
  const roots = system.roots.filter(({ operation }) => operation.method === 'GET')
  if (roots.length === 0) return undefined
  const chosen = dice.pick(roots)
  const factor = dice.between(2, 4)
  const isCrawler = (visit: Visit): boolean =>
    visit.operation === chosen.operation && isTheirs(visit, 1 - 1 / factor)
  const plan = shift(stage, dice.between(50, 160) * SECOND_MS, (root) => (root === chosen ? factor : 1))
  const { endMs } = plan
  const missing: Effect = {
    startMs,
    endMs,
    notFoundShare: (visit, share) => (isCrawler(visit) ? 1 : share),
    // What is not there is not looked for any further.
    steps: (visit, steps) => (isCrawler(visit) ? steps.slice(0, 1) : steps),
  }
  return {
    effects: [...plan.effects, missing],
    endMs,
    service: chosen.operation.service.name,
    detail: `many requests for what is not there on ${chosen.operation.name}`,
  }
}

function planImpatientClient(stage: BenignStage): BenignPlan {
  const chosen = stage.dice.pick(stage.system.roots)
  const plan = shift(stage, stage.dice.between(30, 120) * SECOND_MS, (root) => (root === chosen ? 1.7 : 1))
  const refused: Effect = {
    startMs: stage.startMs,
    endMs: plan.endMs,
    notFoundShare: (visit, share) =>
      visit.operation === chosen.operation && isTheirs(visit, 0.4) ? 1 : share,
  }
  return {
    ...plan,
    effects: [...plan.effects, refused],
    service: chosen.operation.service.name,
    detail: `a client sends ${chosen.operation.name} again and again`,
  }
}

/** Requests that come more or less often than usual, or for other things. */
export const DEMANDS: readonly BenignKind[] = [
  { type: 'traffic_burst', plan: planBurst },
  { type: 'root_burst', plan: planRootBurst },
  { type: 'mix_shift', plan: planMixShift },
  { type: 'night_valley', plan: planValley },
  { type: 'crawler_404', plan: planCrawler },
  { type: 'client_retries', plan: planImpatientClient },
]
