import { setTimeout as sleep } from 'node:timers/promises'
import type { RulesApp, ShownRule } from '../../../acceptance/rules-app.js'

/** What the evaluations of some rules were seen to come to. */
export interface Evaluations {
  /** Of each evaluation of a rule, in order. */
  of(name: string): readonly ShownRule[]
  /** The sum of what its alerts said at each evaluation. */
  values(name: string): readonly number[]
  /** Looks on until this holds; throws where it takes longer. */
  until(holds: () => boolean, withinMs: number): Promise<void>
}

const LOOK_EVERY_MS = 300

/** Looks at rules by the API, so often that no evaluation is missed. */
export function watchEvaluations(app: RulesApp, names: readonly string[]): Evaluations {
  const seen = new Map(names.map((name) => [name, new Map<string, ShownRule>()]))

  async function look(): Promise<void> {
    for (const rule of await app.rules(...names)) {
      if (rule.health !== 'unknown') seen.get(rule.name)?.set(rule.lastEvaluation, rule)
    }
  }

  const of = (name: string): readonly ShownRule[] => [...(seen.get(name)?.values() ?? [])]
  return {
    of,
    values: (name) => of(name).map(({ alerts }) => alerts.reduce((sum, { value }) => sum + Number(value), 0)),
    until: async (holds, withinMs) => {
      const deadline = Date.now() + withinMs
      while (!holds()) {
        if (Date.now() > deadline) throw new Error(`not seen within ${withinMs} ms: ${holds.toString()}`)
        await look()
        await sleep(LOOK_EVERY_MS)
      }
    },
  }
}
