import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildRuleGroup, slowRule } from '../../test/build-rule-group.js'
import { readMeasure } from '../../test/read-measure.js'
import { createTestClock } from '../../test/test-clock.js'
import { createTestLogger } from '../../test/test-logger.js'
import type { Alert } from '../model/alert.js'
import type { AlertInstance } from '../model/alert-instance.js'
import { toFingerprint } from '../model/label-set.js'
import { MINUTE_MS } from '../model/time.js'
import { createMemoryRuleStore } from '../store/memory-rule-store.js'
import { createMetrics } from '../telemetry/metrics.js'
import { restoreAlerts } from './restore-alerts.js'
import { createRuleGroup } from './rule-group.js'

const T0 = Date.UTC(2026, 10, 24, 8, 44)
const { signal } = new AbortController()

/** A minute in the life of a rule: what it measures, and what goes wrong. */
interface Minute {
  readonly measure: string
  readonly commitFails: boolean
  /** The process starts again before it, after having been away for so many minutes. */
  readonly away: number | undefined
}

const measure = fc.oneof(
  { weight: 6, arbitrary: fc.subarray(['a:12!', 'b:12!', 'c:12!']).map((samples) => samples.join(' ')) },
  { weight: 2, arbitrary: fc.constantFrom('a:8', 'a:8 b:3', 'a:3 b:12!') },
  { weight: 3, arbitrary: fc.constantFrom('down', 'empty', 'part', 'part a:12!', 'part a:3') },
)

const minutes: fc.Arbitrary<readonly Minute[]> = fc.array(
  fc.record({
    measure,
    commitFails: fc.oneof(
      { weight: 9, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
    away: fc.oneof({ weight: 14, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(90) }),
  }),
  { minLength: 1, maxLength: 60, size: 'max' },
)

const rules = fc.record({
  forMs: fc.constantFrom(0, MINUTE_MS, 3 * MINUTE_MS, 12 * MINUTE_MS),
  keepFiringForMs: fc.constantFrom(0, 2 * MINUTE_MS),
  resolveWhen: fc.constantFrom(undefined, { comparison: '<', value: 5 } as const),
  noData: fc.constantFrom('ok', 'keep', 'alerting'),
  onError: fc.constantFrom('keep', 'alerting'),
})

const lifeOf = ({ labels, startsAt }: Alert): string => `${toFingerprint(labels)} ${startsAt}`

describe('the life of alerts', () => {
  it('is told whole, through failures, parts, faults of the store and restarts', async () => {
    let ends = 0
    let retold = 0
    const metrics = createMetrics()
    await fc.assert(
      fc.asyncProperty(rules, minutes, async (parts, story) => {
        const group = buildRuleGroup({ rules: [slowRule(parts)] })
        const store = createMemoryRuleStore()
        let commitFails = false
        let text = ''
        const open = async (at: number) => {
          const { alerts, dropped } = restoreAlerts(await store.loadAlerts(), [group], at)
          await store.commit({ at, saved: [], removed: dropped, alerts: [] })
          return createRuleGroup({
            group,
            alerts,
            measure: async (_, when) => [readMeasure(text, when)],
            render: (template) => template,
            store: {
              commit: async (evaluation) => {
                if (commitFails) throw new Error('disk full')
                await store.commit(evaluation)
              },
            },
            onAlerts: () => {},
            clock: createTestClock(T0),
            logger: createTestLogger(),
            metrics,
          })
        }
        let at = T0
        let run = await open(at)
        const fired = new Set<string>()
        const ended = new Set<string>()
        for (const minute of story) {
          at += MINUTE_MS * (1 + (minute.away ?? 0))
          text = minute.measure
          commitFails = minute.commitFails
          if (minute.away !== undefined) run = await open(at)
          const before = run.status()
          const { alerts, status } = await run.evaluate(at, signal)

          if (commitFails) {
            expect(alerts).toEqual([])
            expect(status.rules[0]?.alerts).toEqual(before.rules[0]?.alerts)
          }
          const verdict = status.rules[0]?.verdict
          const endsNothing =
            verdict === 'error' || verdict === 'partial' || (verdict === 'no data' && parts.noData !== 'ok')
          for (const alert of alerts) {
            if (alert.status === 'firing') {
              // What has ended never fires again as the same, and nobody takes it for ended before the next minutes.
              expect(ended.has(lifeOf(alert))).toBe(false)
              expect(alert.endsAt).toBe(at + 4 * MINUTE_MS)
              fired.add(lifeOf(alert))
            } else {
              // Nobody hears of an end who has not heard of the beginning.
              expect(fired.has(lifeOf(alert))).toBe(true)
              if (ended.has(lifeOf(alert))) retold += 1
              else {
                expect(endsNothing).toBe(false)
                ends += 1
              }
              ended.add(lifeOf(alert))
            }
          }
          if (commitFails) continue
          // Whatever fires is told of every minute.
          const now = byLabels(status.rules[0]?.alerts.values() ?? [])
          const firing = now.filter(({ state }) => state === 'firing')
          expect(alerts.filter((alert) => alert.status === 'firing')).toHaveLength(firing.length)
          const saved = byLabels((await store.loadAlerts()).map(({ alert }) => alert))
          // Of what was restored and not seen since, the store has what was seen.
          expect(saved.map((alert) => (alert.state === 'pending' ? alert.seenAt : alert))).toEqual(
            now.map((alert) => (alert.state === 'pending' ? alert.seenAt : alert)),
          )
        }
      }),
      { numRuns: 300 },
    )
    expect(ends).toBeGreaterThan(300)
    expect(retold).toBeGreaterThan(300)
  })
})

function byLabels(alerts: Iterable<AlertInstance>): AlertInstance[] {
  return [...alerts].toSorted((a, b) => (toFingerprint(a.labels) < toFingerprint(b.labels) ? -1 : 1))
}
