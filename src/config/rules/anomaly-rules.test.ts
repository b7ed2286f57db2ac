import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { AlertingRule } from '../../model/alerting-rule.js'
import { toRuleKeys } from '../../rule/rule-key.js'
import { describeFileFault } from '../yaml/file-fault.js'
import { lintRules } from './lint/lint-rules.js'
import { parseRuleFile } from './parse-rule-file.js'

const DEFAULTS = { intervalMs: 30_000 }

/** A file of one rule with these lines in it. */
function fileOf(...lines: readonly string[]): string {
  const head = ['groups:', '  - name: g', '    query_offset: 5s', '    rules:', '      - alert: A']
  return [...head, ...lines.map((line) => `        ${line}`), ''].join('\n')
}

function ruleOf(...lines: readonly string[]): AlertingRule {
  const { groups, faults } = parseRuleFile('r.yaml', fileOf(...lines), DEFAULTS)
  expect(faults.map(describeFileFault)).toEqual([])
  const rule = groups[0]?.rules[0]
  if (rule === undefined) throw new Error('no rule')
  return rule
}

function faultsOf(...lines: readonly string[]): string[] {
  return parseRuleFile('r.yaml', fileOf(...lines), DEFAULTS).faults.map(describeFileFault)
}

function warningsOf(...lines: readonly string[]): string[] {
  const file = parseRuleFile('r.yaml', fileOf(...lines), DEFAULTS)
  expect(file.faults).toEqual([])
  return lintRules([file], {
    sampling: 'none',
    sourceLagMs: 90_000,
    reach: { ms: 1, setBy: 'this test' },
  }).map(({ line, column, lint, problem }) => `${line}:${column} ${lint}: ${problem}`)
}

describe('a rule on what is unlike normal', () => {
  it.each(['anomaly: default', 'anomaly: {}'])('has every default with %s', (line) => {
    expect(ruleOf(line)).toEqual({
      kind: 'anomaly',
      alert: 'A',
      expr: '{ }',
      windowMs: 60_000,
      forMs: 0,
      keepFiringForMs: 0,
      queryOffsetMs: 0,
      limit: 0,
      labels: new Map(),
      annotations: new Map([
        ['summary', expect.stringContaining('$finding.sentence')],
        ['description', expect.stringContaining('$finding.evidence')],
      ]),
      resolveWhen: undefined,
      noData: 'ok',
      onError: 'keep',
      signals: ['latency', 'errors', 'calls', 'traffic'],
      sensitivity: 'medium',
      minTraffic: 20,
      warmUpMs: 120_000,
      place: { file: 'r.yaml', line: 5, column: 9 },
    })
  })

  it('has what it says, its signals in one order', () => {
    const rule = ruleOf(
      'anomaly:',
      '  signals: [errors, latency]',
      `  where: '{ resource.service.namespace = "shop" }'`,
      '  sensitivity: high',
      '  min_traffic: 7',
      '  warm_up: 0',
      'for: 20s',
      'keep_firing_for: 1m',
      'labels: {severity: page}',
      'annotations: {summary: "{{ $finding.sentence }} {{ $finding.candidates[1] }}"}',
      'limit: 3',
      'no_data: alerting',
      'error: alerting',
    )
    expect(rule).toMatchObject({
      expr: '{ resource.service.namespace = "shop" }',
      signals: ['latency', 'errors'],
      sensitivity: 'high',
      minTraffic: 7,
      warmUpMs: 0,
      forMs: 20_000,
      keepFiringForMs: 60_000,
      labels: new Map([['severity', 'page']]),
      annotations: new Map([['summary', '{{ $finding.sentence }} {{ $finding.candidates[1] }}']]),
      limit: 3,
      noData: 'alerting',
      onError: 'alerting',
    })
  })

  it('has no annotations where it wants none', () => {
    expect(ruleOf('anomaly: default', 'annotations: {}').annotations).toEqual(new Map())
  })

  it('keeps its key over restarts, and over changes of what it looks at', () => {
    const keysOf = (text: string) => parseRuleFile('r.yaml', text, DEFAULTS).groups.flatMap(toRuleKeys)
    const keys = keysOf(fileOf('anomaly: default'))
    expect(keysOf(fileOf('anomaly: {sensitivity: low}'))).toEqual(keys)
    expect(keysOf(fileOf('anomaly: default', 'labels: {a: b}'))).not.toEqual(keys)
  })
})

describe('a fault', () => {
  it.each([
    [
      ['for: 5m'],
      '5:9: groups[0].rules[0].expr: found nothing, expected a TraceQL query as a text, in quotes or under |, as YAML takes what begins with { for a mapping; or anomaly in its place',
    ],
    [
      ['anomaly: default', `expr: '{ }'`],
      '6:9: groups[0].rules[0].anomaly: found beside expr, expected one of the two',
    ],
    [
      ['anomaly: yes please'],
      '6:18: groups[0].rules[0].anomaly: found "yes please", expected default, or a mapping with signals, where,',
    ],
    [['anomaly:'], 'anomaly: found nothing, expected default, or a mapping'],
    [['anomaly: [latency]'], 'anomaly: found a list, expected default, or a mapping'],
    [
      ['anomaly: {sensitivty: low}'],
      '6:19: groups[0].rules[0].anomaly.sensitivty: unknown key; did you mean sensitivity?',
    ],
    [
      ['anomaly: {colour: red}'],
      'anomaly.colour: unknown key; expected one of signals, where, sensitivity, min_traffic, warm_up',
    ],
    [['anomaly: {__proto__: {}}'], 'anomaly.__proto__: unknown key'],
    [
      ['anomaly: {sensitivity: extreme}'],
      '6:32: groups[0].rules[0].anomaly.sensitivity: found "extreme", expected one of low, medium, high',
    ],
    [
      ['anomaly: {signals: [latency, speed]}'],
      '6:38: groups[0].rules[0].anomaly.signals[1]: found "speed", expected one of latency, errors, calls, traffic',
    ],
    [
      ['anomaly: {signals: [errors, errors]}'],
      '6:37: groups[0].rules[0].anomaly.signals[1]: found "errors" a second time',
    ],
    [['anomaly: {signals: []}'], 'anomaly.signals: found a list, expected at least one of latency, errors'],
    [
      ['anomaly: {signals: latency}'],
      'anomaly.signals: found "latency", expected a list such as [latency, errors]',
    ],
    [['anomaly: {min_traffic: 0}'], 'anomaly.min_traffic: found 0, expected a whole number from 1 on'],
    [['anomaly: {min_traffic: 1.5}'], 'anomaly.min_traffic: found 1.5, expected a whole number from 1 on'],
    [
      ['anomaly: {warm_up: 5 minutes}'],
      'anomaly.warm_up: found "5 minutes", expected a duration such as 30s',
    ],
    [
      ['anomaly: {where: { kind = server }}'],
      'anomaly.where: found a mapping, expected a spanset filter as a text, in quotes',
    ],
    [[`anomaly: {where: '{ status = eror }'}`], '6:38: groups[0].rules[0].anomaly.where: TraceQL: '],
    [
      [`anomaly: {where: '{ } | rate() > 1'}`],
      '6:26: groups[0].rules[0].anomaly.where: found "{ } | rate() > 1", expected one spanset filter',
    ],
    [[`anomaly: {where: '{ } >> { }'}`], 'found "{ } >> { }", expected one spanset filter'],
    [[`anomaly: {where: '{ } | count() > 2'}`], 'found "{ } | count() > 2", expected one spanset filter'],
    [[`anomaly: {where: '{ } | { }'}`], 'found "{ } | { }", expected one spanset filter'],
    [['anomaly: default', 'window: 5m'], '7:9: groups[0].rules[0].window: not for rules with anomaly: '],
    [['anomaly: default', 'query_offset: 5s'], 'query_offset: not for rules with anomaly: '],
    [['anomaly: default', 'group_by: [name]'], 'group_by: not for rules with anomaly: '],
    [['anomaly: default', 'threshold: 3'], 'threshold: not for rules with anomaly: '],
    [['anomaly: default', 'min_traffic: 3'], 'min_traffic: not for rules with anomaly: put it under anomaly'],
    [['anomaly: default', 'resolve_when: < 5'], 'resolve_when: not for rules with anomaly: '],
    [
      [`expr: '{ }'`, 'annotations: {a: "{{ $finding.sentence }}"}'],
      '7:30: groups[0].rules[0].annotations.a: template: no variable is called $finding, only $labels',
    ],
    [
      ['anomaly: default', 'annotations: {a: "{{ $finding.sentense }}"}'],
      '7:39: groups[0].rules[0].annotations.a: template: a finding has no sentense, only signal, service, operation, sentence, candidates, evidence; did you mean sentence?',
    ],
    [
      ['anomaly: default', 'annotations: {a: "{{ $finding.evidence.frist }}"}'],
      '$finding.evidence is a list and has no frist, only [0], [1], …, first, last, size; did you mean first?',
    ],
    [
      ['anomaly: default', 'annotations: {a: "{{ $finding.service.name }}"}'],
      '$finding.service is a text and has no name',
    ],
  ])('of %j is told', (lines, told) => {
    expect(faultsOf(...lines).join('\n')).toContain(told)
  })

  it('comes with all others, in the order of the file', () => {
    const told = faultsOf(
      'anomaly:',
      '  signals: [x]',
      '  colour: red',
      `  where: '{ '`,
      '  warm_up: x',
      'window: 5m',
      'labels: {a: "{{ $finding.b }}"}',
    )
    expect(told.map((fault) => fault.split(':').slice(1, 2).join())).toEqual([
      '7',
      '8',
      '9',
      '10',
      '11',
      '12',
    ])
  })

  it('of a filter has a caret', () => {
    const [fault] = faultsOf('anomaly:', `  where: '{ status = }'`)
    expect(fault?.split('\n').at(-1)).toMatch(/^ +\^$/)
  })
})

describe('a warning', () => {
  it('is not given for what is right, nor for a window that is none', () => {
    expect(
      warningsOf('anomaly: default', 'annotations: {a: "{{ $labels.service }} {{ $labels.signal }}"}'),
    ).toEqual([])
  })

  it.each([
    [['anomaly:', `  where: '{ duration > 5 }'`], '7:11 bare-duration: 5 is compared with a duration'],
    [['anomaly:', `  where: '{ false }'`], '7:11 never-crossed: the filter is false for every span'],
    [
      ['anomaly: default', 'annotations: {a: "{{ $labels.rootName }}"}'],
      '7:23 unknown-labels: $labels.rootName is always empty: the alerts of this rule have service, signal',
    ],
    [
      ['anomaly: default', 'labels: {service: shop}'],
      '7:18 reserved-labels: hides the service of what was found',
    ],
  ])('is given for %j', (lines, told) => {
    expect(warningsOf(...lines).join('\n')).toContain(told)
  })

  it('is given for a template of a label only where it is no template', () => {
    expect(warningsOf('anomaly: default', 'labels: {service: "{{ $labels.service }}-x"}')).toEqual([])
  })

  it('says where a source does not hold the spans', () => {
    const file = parseRuleFile('r.yaml', fileOf('anomaly: default'), DEFAULTS)
    expect(lintRules([file], { isAsked: true })).toMatchObject([{ lint: 'needs-spans', line: 6 }])
    expect(lintRules([file], { isAsked: false })).toEqual([])
    const other = parseRuleFile('r.yaml', fileOf(`expr: '{ }'`), DEFAULTS)
    expect(lintRules([other], { isAsked: true })).toEqual([])
  })

  it('says where spans are no share of the traffic', () => {
    const file = parseRuleFile('r.yaml', fileOf('anomaly: default'), DEFAULTS)
    expect(lintRules([file], { sampling: 'tail' })).toMatchObject([{ lint: 'tail-sampling', line: 6 }])
  })

  it('tells rules that say the same, and only those', () => {
    const rules = [
      { alert: 'A', anomaly: 'default' },
      { alert: 'B', anomaly: { where: '{}', signals: ['traffic', 'calls', 'errors', 'latency'] } },
      { alert: 'C', anomaly: { sensitivity: 'low' } },
      { alert: 'D', anomaly: { warm_up: '5m' } },
      { alert: 'E', anomaly: { signals: ['errors'] } },
      { alert: 'F', expr: '{ }' },
    ]
    const file = parseRuleFile('r.yaml', stringify({ groups: [{ name: 'g', rules }] }), DEFAULTS)
    expect(lintRules([file], {}).map(({ key, problem }) => `${key}: ${problem}`)).toEqual([
      'B: alert: says the same as A at r.yaml:4',
    ])
  })
})

describe('any file', () => {
  const key = fc.constantFrom(
    'signals',
    'where',
    'sensitivity',
    'min_traffic',
    'warm_up',
    'default',
    '__proto__',
    'constructor',
    'toString',
  )
  const text = fc.constantFrom(
    'default',
    'latency',
    'traffic',
    'high',
    '{ }',
    '{ kind = server }',
    '{ } | rate() > 1',
    '{ status = ',
    '5m',
    '0',
    '{{ $finding.sentence }}',
    '{{ $finding.',
    '{% for x in $finding.evidence %}{{ x }}{% endfor %}',
    '__proto__',
    '',
  )
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.integer(),
      fc.constant(null),
      fc.boolean(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
    ),
  }))
  const anomaly = fc.oneof(
    value,
    fc.record(
      { signals: value, where: text, sensitivity: text, min_traffic: value, warm_up: text },
      { requiredKeys: [] },
    ),
  )
  const alert = fc.constant('A')
  const rule = fc.oneof(
    fc.record({ alert, anomaly }),
    fc.record(
      { alert, anomaly, expr: text, labels: value, annotations: value, window: text },
      { requiredKeys: ['alert', 'anomaly'] },
    ),
  )

  it('has rules or faults, with places inside of it', () => {
    const kinds = new Set<string>()
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 3 }), (rules) => {
        const source = stringify({ groups: [{ name: 'g', rules }] })
        const file = parseRuleFile('f', source, DEFAULTS)
        for (const each of file.groups.flatMap((group) => group.rules)) kinds.add(each.kind)
        expect(file.faults.length > 0).toBe(file.groups.length === 0)
        expect(() => lintRules([file], { sampling: 'tail', sourceLagMs: 1 })).not.toThrow()
        const lines = source.split('\n').length
        expect(file.faults.filter(({ line, column }) => line < 1 || line > lines || column < 1)).toEqual([])
      }),
      { numRuns: 1000 },
    )
    // What is generated is not all wrong.
    expect(kinds).toContain('anomaly')
  })
})
