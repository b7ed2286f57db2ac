import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { lineOf } from '../../../test/otlp-lines.js'
import { describeFileFault } from '../../config/yaml/file-fault.js'
import { createTimes } from './input-times.js'
import { runTestFiles, type TestFileOutcome } from './run-test-files.js'

const RULES = `groups:
  - name: shop
    interval: 30s
    rules:
      - alert: Failing
        expr: '{ status = error }'
        group_by: [resource.service.name]
        annotations: {summary: '{{ $value }} fail'}
      - alert: Lasting
        expr: '{ status = error }'
        group_by: [rootName]
        threshold: 3
        for: 1m
        keep_firing_for: 1m
        labels: {severity: page}
      - alert: Busy
        expr: '{ } | count_over_time() > 5'
      - alert: Broken
        expr: '{ 1 / span.zero = 1 }'
`

interface Files {
  readonly test: string
  readonly others?: Readonly<Record<string, string>>
}

const UNUSUAL = `rule_files: [unusual.yaml]
evaluation_interval: 10s
tests:
  - name: a payment that has become slow
    input_traces:
      - every: 500ms
        to: 5m
        trace: |
          web "GET /checkout" 80ms
            payment Charge 20ms +5ms server
      - at: 5m
        every: 500ms
        to: 6m
        trace: |
          web "GET /checkout" 480ms
            payment Charge 420ms +5ms server
    alert_rule_test:
      - {eval_time: 5m, alertname: Unusual}
      - eval_time: 6m
        alertname: Unusual
        exp_alerts:
          - exp_labels: {service: payment, signal: latency}
            exp_annotations: {who: payment}
`

async function run(
  { test, others = {} }: Files,
  isWanted = (_name: string) => true,
): Promise<TestFileOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'tracebell-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, content] of Object.entries({ 'rules.yaml': RULES, 'x.test.yaml': test, ...others })) {
    writeFileSync(join(folder, name), content)
  }
  const { signal } = new AbortController()
  const outcomes: TestFileOutcome[] = []
  for await (const each of runTestFiles(['x.test.yaml'], { folder, isWanted, signal })) outcomes.push(each)
  const [outcome] = outcomes
  if (outcome === undefined) throw new Error('no outcome')
  return outcome
}

/** A file of one test with these traces, and what is expected of an alert at some times, by how many fire. */
function testOf(traces: string, alert: string, counts: Readonly<Record<string, readonly string[]>>): string {
  const checks = Object.entries(counts).map(
    ([at, labels]) =>
      `      - {eval_time: ${at}, alertname: ${alert}, exp_alerts: [${labels.map((each) => `{exp_labels: {${each}}}`).join(', ')}]}`,
  )
  return [
    'rule_files: [rules.yaml]',
    'tests:',
    '  - input_traces:',
    traces,
    '    alert_rule_test:',
    ...checks,
    '',
  ].join('\n')
}

async function differences(test: string, others?: Files['others']): Promise<readonly string[]> {
  const { tests, faults } = await run(others === undefined ? { test } : { test, others })
  expect(faults.map(describeFileFault)).toEqual([])
  return tests.flatMap(({ checks }) =>
    checks
      .filter(({ isPassed }) => !isPassed)
      .map(({ expected, found, errors }) =>
        [
          expected.atMs,
          ...found.map(({ labels, value }) => `${[...labels.values()].join()} ${value}`),
          ...errors,
        ].join(' '),
      ),
  )
}

const SHOP = 'resource.service.name: web'

describe('a test of what is unlike normal', () => {
  it('passes where it is told, and who is to blame', async () => {
    const rule = '{alert: Unusual, anomaly: default, annotations: {who: "{{ $finding.service }}"}}'
    const others = { 'unusual.yaml': `groups: [{name: g, rules: [${rule}]}]` }
    const { faults, tests } = await run({ test: UNUSUAL, others })
    expect(faults).toEqual([])
    expect(tests).toMatchObject([{ name: 'a payment that has become slow', isPassed: true }])
  })
})

describe('a unit test of rules', () => {
  it.each([
    [
      'one trace',
      `      - {at: 40s, trace: 'web GET 1s error'}`,
      'Failing',
      {
        '30s': [],
        '1m': [SHOP],
        '1m30s': [SHOP],
        // It has ended at 41 s: the window at two minutes still holds it no more.
        '2m': [],
      },
    ],
    [
      'between two evaluations',
      `      - {at: 40s, trace: 'web GET 1s error'}`,
      'Failing',
      {
        '59s': [],
        '1m29s': [SHOP],
      },
    ],
    [
      'one that comes again',
      `      - {every: 10s, to: 2m, trace: 'web GET 10ms error'}`,
      'Lasting',
      {
        '1m': [],
        // It takes three in a window, from half a minute on, and then a minute.
        '1m30s': ['rootName: GET, severity: page'],
        '3m30s': ['rootName: GET, severity: page'],
        '4m': [],
      },
    ],
    [
      'one that comes so many times',
      `      - {times: 6, every: 1s, trace: 'web GET 10ms'}`,
      'Busy',
      {
        '30s': [''],
        '1m30s': [],
      },
    ],
    [
      'one that comes with the interval of tests',
      `      - {times: 2, at: 10s, trace: 'web GET 10ms error'}`,
      'Failing',
      {
        '30s': [SHOP],
        '1m30s': [SHOP],
        '2m30s': [],
      },
    ],
    [
      'one that comes late',
      `      - {at: 10s, late: 45s, trace: 'web GET 10ms error'}`,
      'Failing',
      {
        '30s': [],
        '1m': [SHOP],
        '1m30s': [],
      },
    ],
    [
      'a child that fails',
      `      - trace: |\n          web GET 1s\n            db SELECT error`,
      'Lasting',
      { '1m': [] },
    ],
    [
      'a request',
      `      - otlp: ${lineOf({ traceId: 7, spanId: 1, failed: true })}\n        at: 20s`,
      'Failing',
      {
        '30s': ['resource.service.name: shop'],
      },
    ],
  ])('sees traces: %s', async (_, traces, alert, counts) => {
    expect(await differences(testOf(traces, alert, counts))).toEqual([])
  })

  it('reads files of requests', async () => {
    const lines = [
      lineOf({ traceId: 1, spanId: 1, failed: true }),
      lineOf({ traceId: 2, spanId: 1, failed: true }),
    ]
    const others = {
      'lines.jsonl': `${lines.join('\n')}\n`,
      'one.json': JSON.stringify(JSON.parse(lines[0] ?? ''), undefined, 2),
    }
    const traces = '      - lines.jsonl\n      - {file: one.json, every: 20s, times: 2}'
    const [only] = (await run({ test: testOf(traces, 'Failing', { '30s': [] }), others })).tests
    expect(only?.checks[0]?.found).toMatchObject([{ value: 3 }])
  })

  it.each([
    ['labels', 'exp_labels: {resource.service.name: api}', false],
    ['annotations', `exp_labels: {${SHOP}}, exp_annotations: {summary: 1 fail}`, true],
    ['other annotations', `exp_labels: {${SHOP}}, exp_annotations: {summary: 2 fail}`, false],
    ['no annotations', `exp_labels: {${SHOP}}, exp_annotations: {}`, false],
    ['a value', `exp_labels: {${SHOP}}, exp_value: 1`, true],
    ['another value', `exp_labels: {${SHOP}}, exp_value: 1.5`, false],
    ['the name among the labels', `exp_labels: {${SHOP}, alertname: Failing}`, true],
  ])('compares %s', async (_, alert, isPassed) => {
    const checks = `      - {eval_time: 30s, alertname: Failing, exp_alerts: [{${alert}}]}`
    const test = `rule_files: [rules.yaml]\ntests:\n  - input_traces: [{trace: 'web GET error'}]\n    alert_rule_test:\n${checks}\n`
    expect((await run({ test })).tests.map((each) => each.isPassed)).toEqual([isPassed])
  })

  it('fails where a rule cannot be evaluated', async () => {
    const traces = `      - {trace: 'web GET zero=0'}`
    expect(await differences(testOf(traces, 'Broken', { '30s': [] }))).toEqual([
      '30000 line 1, col 5: an integer is divided by zero',
    ])
  })

  it('runs those that are wanted, in order, each in a world of its own', async () => {
    const one = (name: string, at: string) =>
      `  - {name: ${name}, input_traces: [{at: ${at}, trace: 'web GET error'}], alert_rule_test: [{eval_time: 30s, alertname: Failing}]}`
    const test = [
      'rule_files: [rules.yaml]',
      'tests:',
      one('a', '0s'),
      one('b', '40s'),
      one('c', '0s'),
      '',
    ].join('\n')
    const { tests, skipped } = await run({ test }, (name) => name !== 'a')
    expect([tests.map(({ name, isPassed }) => [name, isPassed]), skipped]).toEqual([
      [
        ['b', true],
        ['c', false],
      ],
      1,
    ])
  })
})

describe('a file of tests', () => {
  const BEGIN = 'rule_files: [rules.yaml]\ntests:\n  - input_traces:\n'
  const END = '\n    alert_rule_test: [{eval_time: 1m, alertname: Failing}]\n'

  it.each([
    ['', 'x.test.yaml:1:1: found nothing, expected a mapping with rule_files and tests'],
    ['rule_files: [no*.yaml]\ntests: []', 'x.test.yaml:1:14: rule_files[0]: found no file for "no*.yaml"'],
    [
      'rule_files: []\ntests: []',
      'x.test.yaml:1:13: rule_files: found a list, expected at least one file, folder or pattern',
    ],
    [
      `${BEGIN}      - {trace: 'web GET fast'}${END}`,
      'x.test.yaml:4:26: tests[0].input_traces[0].trace: found "fast"',
    ],
    [`${BEGIN}      - no.json${END}`, 'x.test.yaml:4:9: tests[0].input_traces[0]: no.json: no such file'],
    [
      `${BEGIN}      - {file: rules.yaml}${END}`,
      'x.test.yaml:4:16: tests[0].input_traces[0].file: rules.yaml: ',
    ],
    [
      `${BEGIN}      - {at: 1s}${END}`,
      'x.test.yaml:4:9: tests[0].input_traces[0]: found none of them, expected one of trace',
    ],
    [
      `${BEGIN}      - {trase: x}${END}`,
      'x.test.yaml:4:10: tests[0].input_traces[0].trase: unknown key; did you mean trace?',
    ],
    [
      `${BEGIN}      - {trace: 'a b', every: 5}${END}`,
      'expected a duration above zero, such as 500ms, 30s or 5m',
    ],
    [`${BEGIN}      []${END}`.replace('Failing', 'Faling'), 'found no rule "Faling"; did you mean Failing?'],
    [
      `${BEGIN}      - {times: 100000, every: 1ms, trace: "${'a b\\n'.repeat(11)}"}${END}`,
      'found 1100000 spans, expected at most 1000000',
    ],
  ])('that is wrong says where and why: %j', async (test, fault) => {
    const { faults, tests } = await run({ test })
    expect(faults.map(describeFileFault).join('\n')).toContain(fault)
    expect(tests).toEqual([])
  })

  it('says what is wrong with the rules', async () => {
    const test = `rule_files: [bad.yaml]\ntests: []`
    const { faults } = await run({ test, others: { 'bad.yaml': 'groups: 5' } })
    expect(faults.map(({ file }) => file.split('/').at(-1))).toEqual(['bad.yaml'])
  })
})

describe('createTimes', () => {
  const options = { intervalMs: 60_000, lastMs: 150_000 }

  it.each([
    [{}, [0]],
    [{ at: 5 }, [5]],
    [{ every: 60_000 }, [0, 60_000, 120_000]],
    [{ at: 30_000, every: 60_000 }, [30_000, 90_000, 150_000]],
    [{ to: 120_000 }, [0, 60_000, 120_000]],
    [{ every: 100_000, to: 99_999 }, [0]],
    [{ times: 3 }, [0, 60_000, 120_000]],
    [{ times: 5, every: 1 }, [0, 1, 2, 3, 4]],
    [{ times: 5, every: 40_000, to: 100_000 }, [0, 40_000, 80_000]],
    [{ at: 10, to: 5 }, []],
  ])('%j', (times, expected) => {
    expect(createTimes(times, options)).toEqual(expected)
  })

  it('comes to an end', () => {
    expect(createTimes({ every: 1, to: 1e9 }, options)).toHaveLength(100_000)
  })
})
