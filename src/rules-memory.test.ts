import { describe, expect, it } from 'vitest'
import { buildRuleGroup, slowRule } from '../test/build-rule-group.js'
import { MINUTE_MS } from './model/time.js'
import type { GroupStatus } from './rule/group-status.js'
import { loadRulesMemory } from './rules-memory.js'
import { createMemoryStore } from './store/memory-store.js'

const T0 = Date.UTC(2026, 10, 24, 8, 44)

function statusOf(...keys: readonly string[]): GroupStatus {
  const group = buildRuleGroup()
  const rules = keys.map((key) => ({
    rule: slowRule(),
    key,
    health: 'ok' as const,
    lastError: undefined,
    verdict: undefined,
    window: undefined,
    traces: new Map(),
    findings: new Map(),
    alerts: new Map(),
  }))
  return { group, lastEvaluation: T0, evaluationMs: 0, rules }
}

describe('loadRulesMemory', () => {
  it('knows after a restart which rules were evaluated in the last hour', async () => {
    const store = createMemoryStore()
    const first = await loadRulesMemory(store, T0)
    expect(first.wasEvaluated('a')).toBe(false)
    await first.note(statusOf('a', 'b'), T0)
    expect(first.wasEvaluated('a')).toBe(true)
    const after = async (minutes: number) => {
      const memory = await loadRulesMemory(store, T0 + minutes * MINUTE_MS)
      return ['a', 'b', 'c'].filter((key) => memory.wasEvaluated(key))
    }
    expect(await after(59)).toEqual(['a', 'b'])
    expect(await after(60)).toEqual([])
    expect(await after(-1)).toEqual([])
  })

  it('saves at once what is new, and else once a minute', async () => {
    let saved = 0
    const store = { loadSnapshot: async () => undefined, saveSnapshot: async () => void (saved += 1) }
    const memory = await loadRulesMemory(store, T0)
    await memory.note(statusOf('a'), T0)
    await memory.note(statusOf('a'), T0 + 1)
    await memory.note(statusOf('b'), T0 + 2)
    await memory.note(statusOf('a'), T0 + 3)
    expect(saved).toBe(2)
    await memory.note(statusOf('a'), T0 + 2 + MINUTE_MS)
    expect(saved).toBe(3)
  })

  it.each(['', '{', '{}', 'null', '[1,["a"],["a",1.5],[2,3]]'])('begins anew with %j', async (text) => {
    const bytes = new TextEncoder().encode(text)
    const store = {
      loadSnapshot: async (name: string) => ({ name, at: T0, bytes }),
      saveSnapshot: async () => {},
    }
    expect((await loadRulesMemory(store, T0)).wasEvaluated('a')).toBe(false)
  })
})
