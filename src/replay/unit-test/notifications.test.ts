import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { describeFileFault } from '../../config/yaml/file-fault.js'
import { runTestFiles, type TestFileOutcome } from './run-test-files.js'

const RULES = `groups:
  - name: shop
    interval: 30s
    rules:
      - alert: Failing
        expr: '{ status = error }'
        group_by: [resource.service.name]
        labels: {severity: page}
        annotations: {summary: '{{ $value }} "fail"'}
      - alert: Slow
        expr: '{ duration > 2s }'
        group_by: [resource.service.name]
        labels: {severity: warn}
`

const SETTINGS = `receivers:
  - name: oncall
    slack_configs: [{api_url: '\${SLACK_URL}', send_resolved: true}]
    webhook_configs: [{url: 'http://127.0.0.1:9', format: template, template: '{"n": {{ $alerts | size }}}'}]
  - name: each
    webhook_configs: [{url: 'http://127.0.0.1:9', format: anomaly}]
route:
  receiver: oncall
  group_by: [alertname]
  group_wait: 30s
  group_interval: 1m
  repeat_interval: 4h
  routes:
    - {receiver: oncall, matchers: [severity=warn], mute_time_intervals: [nights], group_by: [alertname]}
time_intervals: [{name: nights, time_intervals: [{times: [{start_time: '22:00', end_time: '24:00'}]}]}]
inhibit_rules: [{source_matchers: [alertname=Failing], target_matchers: [alertname=Slow]}]
maintenance_windows: [{name: move, from: 2026-03-01T10:00:00Z, to: 2026-03-01T11:00:00Z}]
`

async function run(lines: readonly string[], head = 'config: tracebell.yaml'): Promise<TestFileOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'tracebell-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'rules.yaml'), RULES)
  writeFileSync(join(folder, 'tracebell.yaml'), SETTINGS)
  const test = [head, 'rule_files: [rules.yaml]', 'tests:', ...lines.map((line) => `  ${line}`)]
  writeFileSync(join(folder, 'x.test.yaml'), test.join('\n'))
  const { signal } = new AbortController()
  for await (const each of runTestFiles(['x.test.yaml'], { folder, isWanted: () => true, signal }))
    return each
  throw new Error('no outcome')
}

const FAILS = `- {at: 10s, every: 10s, to: 2m, trace: 'web GET 1s error'}`

/** A test with these traces and settings, which expects these notifications of `oncall` by five minutes. */
function expecting(
  notifications: readonly string[],
  { traces = [FAILS], others = [] as readonly string[], receiver = 'oncall' } = {},
): readonly string[] {
  return [
    '- input_traces:',
    ...traces.map((trace) => `    ${trace}`),
    ...others.map((line) => `  ${line}`),
    '  notification_test:',
    `    - {eval_time: 5m, receiver: ${receiver}, exp_notifications: [${notifications.join(', ')}]}`,
  ]
}

async function isPassed(test: readonly string[]): Promise<boolean | undefined> {
  const { tests, faults } = await run(test)
  expect(faults.map(describeFileFault)).toEqual([])
  return tests[0]?.isPassed
}

const BEGUN = `{group_labels: {alertname: Failing}, status: firing, sent_at: 1m, integration: slack, contains: ['2 "fail"'],
        alerts: [{labels: {alertname: Failing, severity: page, resource.service.name: web}}]}`
const ENDED = '{group_labels: {alertname: Failing}, status: resolved, sent_at: 4m}'

describe('a unit test of notifications', () => {
  it.each([
    ['what is told, when and in which words', expecting([BEGUN, ENDED]), true],
    ['a body of JSON', expecting(['{integration: webhook, exp_body: {n: 1}}', ENDED]), true],
    ['the same as a text', expecting([`{integration: 'webhook[0]', exp_body: '{"n": 1}'}`, ENDED]), true],
    ['another body', expecting(['{integration: webhook, exp_body: {n: 2}}', ENDED]), false],
    ['another integration', expecting(['{integration: email, contains: [x]}', ENDED]), false],
    ['another time', expecting([BEGUN.replace('1m', '2m'), ENDED]), false],
    ['another text', expecting([BEGUN.replace('2 "', '3 "'), ENDED]), false],
    ['other alerts', expecting([BEGUN.replace('page', 'warn'), ENDED]), false],
    ['one too few', expecting([BEGUN]), false],
    ['one too many', expecting([BEGUN, ENDED, ENDED]), false],
    ['silences', expecting([], { others: ['silences: [{matchers: [alertname=Failing], to: 10m}]'] }), true],
    [
      'a silence that ends',
      expecting([BEGUN.replace('1m', '2m').replace('2 "', '6 "'), ENDED], {
        others: ['silences: [{matchers: [alertname=Failing], from: 10s, to: 90s}]'],
      }),
      true,
    ],
    ['a maintenance window', expecting([], { others: ['start_time: 2026-03-01T10:30:00Z'] }), true],
    [
      'a time interval',
      expecting([], {
        traces: [`- {at: 1s, trace: 'web GET 3s'}`],
        others: ['start_time: 2026-03-02T22:30:00Z'],
      }),
      true,
    ],
    [
      'what inhibits it',
      expecting([BEGUN, ENDED], { traces: [FAILS, `- {at: 20s, trace: 'web PUT 3s'}`] }),
      true,
    ],
  ])('looks at %s', async (_, test, expected) => {
    expect(await isPassed(test)).toBe(expected)
  })

  it('tells each anomaly to who wants them', async () => {
    const traces = [`- {at: 10s, trace: 'web GET 1s error'}`]
    const told = expecting(['{group_labels: {}, contains: [Failing, GET]}'], { traces, receiver: 'each' })
    expect(await isPassed(told)).toBe(true)
    expect(await isPassed(expecting([], { traces, receiver: 'each' }))).toBe(false)
  })

  it('looks at what was told since the time before', async () => {
    const test = [
      ...expecting([]).slice(0, -1),
      '    - {eval_time: 59s, receiver: oncall}',
      `    - {eval_time: 1m, receiver: oncall, exp_notifications: [${BEGUN}]}`,
      '    - {eval_time: 3m, receiver: oncall}',
      `    - {eval_time: 5m, receiver: oncall, exp_notifications: [${ENDED}]}`,
    ]
    expect(await isPassed(test)).toBe(true)
  })

  it('says how they differ', async () => {
    const { tests } = await run(expecting([BEGUN.replace('2 "', '3 "')]))
    const comparison = tests[0]?.tellings[0]?.comparison
    expect(comparison?.missing).toEqual([])
    expect(comparison?.differing.map(({ differences }) => differences)).toEqual([
      [expect.objectContaining({ what: 'oncall/slack[0] contains', expected: '3 "fail"' })],
    ])
    expect(comparison?.unexpected.map(({ at }) => at - Date.UTC(2000, 0, 1))).toEqual([240_000])
  })

  it.each([
    [
      'config: tracebell.yaml',
      ['{}'],
      { receiver: 'oncal' },
      'found no receiver "oncal"; did you mean oncall?',
    ],
    ['evaluation_interval: 1m', ['{}'], {}, 'expected `config` beside rule_files'],
    ['config: nowhere.yaml', ['{}'], {}, 'nowhere.yaml'],
    ['config: tracebell.yaml', ['{status: over}'], {}, 'found "over", expected firing or resolved'],
    ['config: tracebell.yaml', ['{}'], { others: ['start_time: soon'] }, 'expected a moment such as'],
    ['config: tracebell.yaml', ['{}'], { others: ["silences: [{matchers: ['a~b'], to: 1m}]"] }, 'matchers'],
  ])('tells what is wrong with a file: %s %s', async (head, notifications, others, problem) => {
    const { faults, tests } = await run(expecting(notifications, others), head)
    expect(tests).toEqual([])
    expect(faults.map(describeFileFault).join('\n')).toContain(problem)
  })
})
