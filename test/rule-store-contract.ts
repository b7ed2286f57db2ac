import { describe, expect, it } from 'vitest'
import type { AlertInstance, FiringAlert, PendingAlert, ResolvedAlert } from '../src/model/alert-instance.js'
import { toFingerprint } from '../src/model/label-set.js'
import type { Evaluation, RuleStore, SavedAlert } from '../src/store/rule-store.js'

const T0 = Date.UTC(2026, 10, 24, 8, 44)

const factsOf = (service: string) => ({
  labels: new Map([
    ['alertname', 'Slow "checkout"'],
    ['service', service],
  ]),
  annotations: new Map([['summary', 'zu langsam: 12 %\n']]),
  value: 12.5,
  exemplars: [
    {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      rootServiceName: 'shop',
      rootSpanName: undefined,
      start: T0,
      durationMs: 1500,
      failedServices: ['db'],
    },
  ],
})

const pending = (service: string): PendingAlert => ({
  ...factsOf(service),
  state: 'pending',
  activeAt: T0,
  seenAt: T0 + 1,
})

const firing = (service: string): FiringAlert => ({
  ...factsOf(service),
  state: 'firing',
  activeAt: T0,
  firedAt: T0 + 1,
  keepFiringSince: T0 + 2,
  lastSentAt: undefined,
})

const resolved = (service: string): ResolvedAlert => ({
  ...factsOf(service),
  state: 'inactive',
  activeAt: T0,
  firedAt: T0 + 1,
  resolvedAt: T0 + 2,
  lastSentAt: T0 + 3,
})

const evaluationOf = (parts: Partial<Evaluation>): Evaluation => ({
  at: T0,
  saved: [],
  removed: [],
  alerts: [],
  ...parts,
})

const save = (rule: string, ...alerts: readonly AlertInstance[]): Evaluation =>
  evaluationOf({ saved: alerts.map((alert) => ({ rule, alert })) })

const remove = (rule: string, ...alerts: readonly AlertInstance[]): Evaluation =>
  evaluationOf({ removed: alerts.map(({ labels }) => ({ rule, fingerprint: toFingerprint(labels) })) })

const byRule = (saved: readonly SavedAlert[]) =>
  saved.toSorted((a, b) => (JSON.stringify(a.rule) < JSON.stringify(b.rule) ? -1 : 1))

/** What every store of rules must keep. `open` opens an empty one. */
export function describeRuleStore(name: string, open: () => Promise<RuleStore>): void {
  describe(`${name}, as a store of rules`, () => {
    it('holds nothing at first', async () => {
      expect(await (await open()).loadAlerts()).toEqual([])
    })

    it.each([pending('a'), firing('a'), resolved('a')])('gives back what it keeps: $state', async (alert) => {
      const store = await open()
      await store.commit(save('rule', alert))
      expect(await store.loadAlerts()).toEqual([{ rule: 'rule', alert }])
    })

    it('keeps the last of an alert, whatever the order of its labels', async () => {
      const store = await open()
      await store.commit(save('rule', pending('a'), pending('b')))
      const turned = { ...firing('a'), labels: new Map([...firing('a').labels].toReversed()) }
      await store.commit(save('rule', turned))
      expect(await store.loadAlerts()).toHaveLength(2)
      expect(await store.loadAlerts()).toContainEqual({ rule: 'rule', alert: turned })
    })

    it('keeps the alerts of each rule apart', async () => {
      const store = await open()
      await store.commit(save('one', pending('a')))
      await store.commit(save('two', firing('a')))
      await store.commit(remove('two', pending('a')))
      await store.commit(save('three', firing('a')))
      expect(byRule(await store.loadAlerts())).toEqual([
        { rule: 'one', alert: pending('a') },
        { rule: 'three', alert: firing('a') },
      ])
    })

    it('removes and saves in one evaluation', async () => {
      const store = await open()
      await store.commit(save('rule', pending('a')))
      await store.commit({ ...save('rule', pending('b')), removed: remove('rule', pending('a')).removed })
      expect(await store.loadAlerts()).toEqual([{ rule: 'rule', alert: pending('b') }])
    })

    it('takes no harm from removing what is not there', async () => {
      const store = await open()
      await store.commit(remove('rule', pending('a')))
      await store.commit(save('__proto__', pending('a')))
      await store.commit(remove('constructor', pending('a')))
      expect(await store.loadAlerts()).toEqual([{ rule: '__proto__', alert: pending('a') }])
    })
  })
}
