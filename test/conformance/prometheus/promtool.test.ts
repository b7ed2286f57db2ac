import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { RuleMeasure } from '../../../src/model/rule-sample.js'
import { MINUTE_MS, SECOND_MS } from '../../../src/model/time.js'
import { createDescriber } from '../../../src/rule/describe-alert.js'
import { judgeRule } from '../../../src/rule/judge-rule.js'
import type { Alerts } from '../../../src/rule/look-at-measure.js'
import { slowRule } from '../../build-rule-group.js'
import { findPeer } from '../../peers/find-peer.js'
import { buildSample } from '../../read-measure.js'

const binary = findPeer('promtool')
if (binary === undefined) console.log('skipped: no promtool binary (set PROMTOOL_BIN)')

const SERIES = ['a', 'b', 'c'] as const

/** A rule, and what each series is at every minute: above its threshold, not above it, or gone. */
interface Story {
  readonly forSecs: number
  readonly keepSecs: number
  readonly minutes: readonly (readonly ('1' | '0' | 'stale')[])[]
}

const spanSecs = fc.constantFrom(0, 30, 60, 90, 120, 180, 300, 600)
const stories: fc.Arbitrary<Story> = fc.record({
  forSecs: spanSecs,
  keepSecs: spanSecs,
  minutes: fc.array(
    fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.constant('1' as const) },
        { weight: 2, arbitrary: fc.constant('0' as const) },
        { weight: 1, arbitrary: fc.constant('stale' as const) },
      ),
      { minLength: SERIES.length, maxLength: SERIES.length },
    ),
    { minLength: 20, maxLength: 40 },
  ),
})

/** The alerts after each minute, by our rules: `service state active-since`, in seconds. */
function playHere({ forSecs, keepSecs, minutes }: Story): string[][] {
  const rule = slowRule({ forMs: forSecs * SECOND_MS, keepFiringForMs: keepSecs * SECOND_MS })
  const describer = createDescriber(
    rule,
    (template) => template,
    () => {},
  )
  let alerts: Alerts = new Map()
  return minutes.map((values, minute) => {
    const at = minute * MINUTE_MS
    const measure: RuleMeasure = {
      window: { start: at - MINUTE_MS, end: at },
      samples: SERIES.flatMap((service, index) =>
        values[index] === 'stale' ? [] : [buildSample(service, Number(values[index]), values[index] === '1')],
      ),
      completeness: 'complete',
      hasData: true,
    }
    alerts = judgeRule(rule, alerts, measure, at, describer).alerts
    return [...alerts.values()]
      .filter(({ state }) => state !== 'inactive')
      .map(({ labels, state, activeAt }) => `${labels.get('service')} ${state} ${activeAt / SECOND_MS}`)
  })
}

/** The same as a unit test for promtool, with our verdicts as what is expected. JSON is YAML. */
function toUnitTest({ minutes }: Story, verdicts: readonly (readonly string[])[], name: string): object {
  const expectAt = (minute: number, verdict: readonly string[]) => {
    const alerts = verdict.map((each) => each.split(' '))
    const labels = (service = '') => `alertname="${name}",service="${service}",story="${name}"`
    return [
      {
        expr: `ALERTS{alertname="${name}"}`,
        eval_time: `${minute}m`,
        exp_samples: alerts.map(([service, state]) => ({
          labels: `ALERTS{alertstate="${state}",${labels(service)}}`,
          value: 1,
        })),
      },
      {
        expr: `ALERTS_FOR_STATE{alertname="${name}"}`,
        eval_time: `${minute}m`,
        exp_samples: alerts.map(([service, , activeAt]) => ({
          labels: `ALERTS_FOR_STATE{${labels(service)}}`,
          value: Number(activeAt),
        })),
      },
    ]
  }
  return {
    interval: '1m',
    input_series: SERIES.map((service, index) => ({
      series: `x{service="${service}",story="${name}"}`,
      values: minutes.map((values) => values[index]).join(' '),
    })),
    promql_expr_test: verdicts.flatMap((verdict, minute) => expectAt(minute, verdict)),
  }
}

function toRule({ forSecs, keepSecs }: Story, name: string): object {
  return {
    alert: name,
    expr: `x{story="${name}"} > 0`,
    for: `${forSecs}s`,
    keep_firing_for: `${keepSecs}s`,
  }
}

/** Whether promtool finds every expectation met, and what it says. */
async function askPromtool(
  told: readonly { readonly story: Story; readonly verdicts: readonly (readonly string[])[] }[],
): Promise<{ readonly isMet: boolean; readonly output: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'tracebell-promtool-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const rules = told.map(({ story }, index) => toRule(story, `story${index}`))
  const tests = told.map(({ story, verdicts }, index) => toUnitTest(story, verdicts, `story${index}`))
  await writeFile(join(folder, 'rules.yaml'), JSON.stringify({ groups: [{ name: 'stories', rules }] }))
  await writeFile(
    join(folder, 'test.yaml'),
    JSON.stringify({ rule_files: ['rules.yaml'], evaluation_interval: '1m', tests }),
  )
  try {
    const { stdout } = await promisify(execFile)(binary ?? '', ['test', 'rules', join(folder, 'test.yaml')])
    return { isMet: true, output: stdout }
  } catch (error) {
    return {
      isMet: false,
      output: String(error instanceof Error && 'stderr' in error ? error.stderr : error),
    }
  }
}

describe.skipIf(binary === undefined)('the life cycle of alerts', () => {
  it('is that of Prometheus: who is pending, who fires and since when, at every minute', async () => {
    const told = fc
      .sample(stories, { numRuns: 100, seed: 5 })
      .map((story) => ({ story, verdicts: playHere(story) }))
    const states = told.flatMap(({ verdicts }) => verdicts.flat())
    for (const state of ['pending', 'firing']) {
      expect(states.filter((each) => each.includes(state)).length).toBeGreaterThan(1000)
    }
    const { isMet, output } = await askPromtool(told)
    expect(output).toContain('SUCCESS')
    expect(isMet).toBe(true)
  })

  it('is told by promtool to be another where one state is another', async () => {
    const story: Story = {
      forSecs: 60,
      keepSecs: 0,
      minutes: [
        ['1', '1', '0'],
        ['1', '0', '0'],
      ],
    }
    const verdicts = playHere(story)
    expect(verdicts).toEqual([['a pending 0', 'b pending 0'], ['a firing 0']])
    expect((await askPromtool([{ story, verdicts }])).isMet).toBe(true)
    const wrong = [verdicts[0] ?? [], ['a firing 0', 'b firing 0']]
    expect((await askPromtool([{ story, verdicts: wrong }])).isMet).toBe(false)
  })
})
