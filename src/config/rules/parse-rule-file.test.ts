import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { AlertingRule, RuleGroup } from '../../model/alerting-rule.js'
import { describeFileFault } from '../yaml/file-fault.js'
import { lintRules } from './lint/lint-rules.js'
import { parseRuleFile } from './parse-rule-file.js'

const DEFAULTS = { intervalMs: 30_000 }

function groupsOf(text: string): readonly RuleGroup[] {
  const { groups, faults } = parseRuleFile('r.yaml', text, DEFAULTS)
  expect(faults.map(describeFileFault)).toEqual([])
  return groups
}

/** The one rule of a file with these lines in it. */
function ruleOf(...lines: readonly string[]): AlertingRule {
  const [group] = groupsOf(fileOf(...lines))
  const [rule] = group?.rules ?? []
  if (rule === undefined) throw new Error('no rule')
  return rule
}

function fileOf(...lines: readonly string[]): string {
  return [
    'groups:',
    '  - name: g',
    '    rules:',
    '      - alert: A',
    ...lines.map((line) => `        ${line}`),
    '',
  ].join('\n')
}

function faultsOf(text: string): string[] {
  return parseRuleFile('r.yaml', text, DEFAULTS).faults.map(describeFileFault)
}

const METRIC = `expr: '{ } | rate() > 1'`
const MATCH = `expr: '{ status = error }'`

describe('a rule', () => {
  it('is of the kind of its expression, with every default', () => {
    expect(ruleOf(METRIC)).toEqual({
      kind: 'metric',
      alert: 'A',
      expr: '{ } | rate() > 1',
      windowMs: 60_000,
      forMs: 0,
      keepFiringForMs: 0,
      queryOffsetMs: 0,
      limit: 0,
      labels: new Map(),
      annotations: new Map(),
      resolveWhen: undefined,
      noData: 'ok',
      onError: 'keep',
      place: { file: 'r.yaml', line: 4, column: 9 },
    })
    expect(ruleOf(MATCH)).toMatchObject({
      kind: 'match',
      groupBy: ['rootServiceName', 'rootName'],
      threshold: 1,
      minTraffic: 0,
    })
  })

  it('has what it says', () => {
    const rule = ruleOf(
      'expr: |',
      '  { status = error }',
      '    >> { span.db.system = "postgresql" }',
      'for: 1h30m',
      'keep_firing_for: 0',
      'window: 5m',
      'limit: 7',
      'query_offset: 500ms',
      'labels: {severity: page, level: 1.0, on: true}',
      'annotations:',
      '  summary: "{{ $labels.service }} fails"',
      'group_by: [trace:rootName, span.http.route]',
      'threshold: 3',
      'min_traffic: 10',
      'resolve_when: < 2',
      'no_data: alerting',
      'error: alerting',
    )
    expect(rule).toMatchObject({
      kind: 'match',
      expr: '{ status = error }\n  >> { span.db.system = "postgresql" }',
      forMs: 5_400_000,
      keepFiringForMs: 0,
      windowMs: 300_000,
      limit: 7,
      queryOffsetMs: 500,
      labels: new Map([
        ['severity', 'page'],
        ['level', '1.0'],
        ['on', 'true'],
      ]),
      annotations: new Map([['summary', '{{ $labels.service }} fails']]),
      groupBy: ['rootName', 'span.http.route'],
      threshold: 3,
      minTraffic: 10,
      resolveWhen: { comparison: '<', value: 2 },
      noData: 'alerting',
      onError: 'alerting',
    })
  })

  it.each([
    ['< 5', { comparison: '<', value: 5 }],
    ['<= 1.5s', { comparison: '<=', value: 1.5 }],
    ['< 1m30s', { comparison: '<', value: 90 }],
    ['>-0.25', { comparison: '>', value: -0.25 }],
    ['= 0', { comparison: '=', value: 0 }],
    ['!= 2 * 3', { comparison: '!=', value: 6 }],
  ])('resolves when its value is %s', (text, condition) => {
    expect(ruleOf(METRIC, `resolve_when: '${text}'`).resolveWhen).toEqual(condition)
  })

  it.each(['5', '< 5 | topk(3)', '< 5 > 3', 'below 5', '< error', '< 5) | rate(', ''])(
    'does not resolve when %j',
    (text) => {
      expect(faultsOf(fileOf(METRIC, `resolve_when: ${JSON.stringify(text)}`))[0]).toContain(
        `groups[0].rules[0].resolve_when: found ${JSON.stringify(text)}, expected a comparison with a number`,
      )
    },
  )

  it.each([
    '{ status = error } | rate() by (resource.service.name) > 10',
    '({ status = error } | rate()) / ({ } | rate()) > 0.05',
    '{ } | quantile_over_time(duration, .99) by (span:name) > 1.5s',
    '{ } | rate() by (name) | topk(3) > 5',
  ])('%s is one of metrics', (expr) => {
    expect(ruleOf(`expr: ${JSON.stringify(expr)}`).kind).toBe('metric')
  })

  it.each([
    '{ }',
    '{ status = error } >> { kind = server }',
    '{ } | count() > 500',
    '{ } | by(name) | avg(duration) > 1s',
  ])('%s is one of traces', (expr) => {
    expect(ruleOf(`expr: ${JSON.stringify(expr)}`).kind).toBe('match')
  })
})

describe('a group', () => {
  it('gives its rules what they do not say themselves', () => {
    const [group] = groupsOf(
      [
        'groups:',
        '  - name: g',
        '    interval: 15s',
        '    limit: 5',
        '    query_offset: 10s',
        '    labels: {team: shop, severity: ticket}',
        '    rules:',
        '      - alert: A',
        `        ${METRIC}`,
        '      - alert: B',
        `        ${METRIC}`,
        '        limit: 0',
        '        query_offset: 0s',
        '        labels: {severity: page}',
      ].join('\n'),
    )
    expect(group).toMatchObject({ name: 'g', file: 'r.yaml', intervalMs: 15_000 })
    const told = group?.rules.map(({ limit, queryOffsetMs, labels }) => [
      limit,
      queryOffsetMs,
      ...labels.values(),
    ])
    expect(told).toEqual([
      [5, 10_000, 'shop', 'ticket'],
      [0, 0, 'shop', 'page'],
    ])
  })

  it('is evaluated as often as the configuration says where it does not', () => {
    expect(groupsOf(fileOf(METRIC))[0]?.intervalMs).toBe(30_000)
  })

  it('may be missing', () => {
    expect(groupsOf('')).toEqual([])
    expect(groupsOf('groups: []')).toEqual([])
  })
})

describe('a fault', () => {
  it.each([
    [
      fileOf(METRIC, 'threshhold: 3'),
      'r.yaml:6:9: groups[0].rules[0].threshhold: unknown key; did you mean threshold?',
    ],
    [fileOf(METRIC, 'colour: red'), 'unknown key; expected one of alert, expr, anomaly, for,'],
    [fileOf(METRIC, 'record: x'), 'record: unknown key; recording rules are not supported'],
    [fileOf(METRIC, '__proto__: x'), '__proto__: unknown key'],
    [fileOf(METRIC, 'constructor: x'), 'constructor: unknown key'],
    [
      fileOf(METRIC, 'for: 5 minutes'),
      'r.yaml:6:14: groups[0].rules[0].for: found "5 minutes", expected a duration such as 30s, 5m or 1h30m',
    ],
    [fileOf(METRIC, 'for: 5'), 'for: found 5, expected a duration'],
    [fileOf(METRIC, 'window: 0s'), 'window: found "0s", expected a duration from 1s on'],
    [fileOf(METRIC, 'window: 9999y'), 'window: found "9999y", expected a duration'],
    [fileOf(METRIC, 'limit: -1'), 'limit: found -1, expected a whole number from 0 on'],
    [fileOf(METRIC, 'limit: 1.5'), 'limit: found 1.5, expected a whole number from 0 on'],
    [fileOf(MATCH, 'threshold: 0'), 'threshold: found 0, expected a whole number from 1 on'],
    [fileOf(METRIC, 'no_data: resolve'), 'no_data: found "resolve", expected one of ok, keep, alerting'],
    [fileOf(METRIC, 'error:'), 'error: found nothing, expected one of keep, alerting'],
    [fileOf(METRIC, 'labels: {a-b: c}'), 'labels.a-b: found "a-b", expected a name of letters, digits and _'],
    [fileOf(METRIC, 'labels: {__name__: c}'), 'labels.__name__: found "__name__", expected a name'],
    [fileOf(METRIC, 'labels: {__proto__: c}'), 'labels.__proto__: found "__proto__", expected a name'],
    [fileOf(METRIC, 'labels: {a: [c]}'), 'labels.a: found a list, expected a text'],
    [fileOf(METRIC, 'labels: [a]'), 'labels: found a list, expected a mapping of names and texts'],
    [fileOf(METRIC, 'group_by: [name]'), 'r.yaml:6:9: groups[0].rules[0].group_by: only for searches'],
    [fileOf(METRIC, 'threshold: 2'), 'threshold: only for searches'],
    [fileOf(METRIC, 'min_traffic: 2'), 'min_traffic: only for searches'],
    [fileOf(MATCH, 'group_by: name'), 'group_by: found "name", expected a list of attributes'],
    [
      fileOf(MATCH, 'group_by: [name, "a b"]'),
      'r.yaml:6:26: groups[0].rules[0].group_by[1]: found "a b", expected one attribute',
    ],
    [fileOf(MATCH, 'group_by: ["name, kind"]'), 'group_by[0]: found "name, kind", expected one attribute'],
    [fileOf(MATCH, 'group_by: ["name) > (1"]'), 'group_by[0]: found "name) > (1", expected one attribute'],
    [
      fileOf(MATCH, 'group_by: [rootName, trace:rootName]'),
      'group_by[1]: found "trace:rootName" a second time',
    ],
    [
      fileOf(`expr: '{ } | rate()'`),
      'expr: found no comparison, expected a comparison of the series with a number at the end',
    ],
    [fileOf(`expr: '{ } | rate() > 5 | topk(3)'`), 'expr: found topk() at the end, expected a comparison'],
    [fileOf('expr: { status = error }'), 'found a mapping, expected a TraceQL query as a text, in quotes'],
    [fileOf('expr: { status = error } | rate() > 5'), 'put the query in quotes'],
    [fileOf('for: 5m'), 'r.yaml:4:9: groups[0].rules[0].expr: found nothing, expected a TraceQL query'],
    [fileOf(METRIC).replace('alert: A', 'alert: ""'), 'alert: found "", expected the name of the alert'],
    // What the schema library would take for the name of a type.
    [fileOf(METRIC, 'for: {constructor: {name: {a: 1}}}'), 'for: found a mapping, expected'],
    [fileOf(METRIC, 'labels: [{constructor: {name: {a: 1}}}]'), 'labels: found a list, expected'],
    ['groups: {constructor: {name: {a: 1}}}', 'groups: found a mapping, expected'],
    [
      fileOf(METRIC, 'annotations: {a: "{{ $traces.first.nmae }}"}'),
      'r.yaml:6:44: groups[0].rules[0].annotations.a: template: a trace has no nmae, only id, service, name, start, duration, failed_services; did you mean name?',
    ],
    [
      fileOf(METRIC, 'annotations: {a: "{{ $lables }}"}'),
      'r.yaml:6:30: groups[0].rules[0].annotations.a: template: no variable is called $lables, only $labels, $value, $traces, $externalURL; did you mean $labels?',
    ],
    [
      fileOf(METRIC, 'labels: {a: "{{ $value | humanise }}"}'),
      'labels.a: template: undefined filter: humanise; did you mean humanize?',
    ],
    [
      'groups:\n  - name: g\n    rules: []\n  - name: g\n    rules: []\n',
      'r.yaml:4:11: groups[1].name: found "g" a second time, after groups[0]',
    ],
    ['groups:\n  - rules: []\n', 'groups[0].name: found nothing, expected a name'],
    ['groups:\n  - a\n', 'groups[0]: found "a", expected a group: a mapping with name and rules'],
    [
      'groups:\n  - name: g\n    rules:\n      - A\n',
      'groups[0].rules[0]: found "A", expected a rule: a mapping with alert and expr',
    ],
    ['group: []\n', 'r.yaml:1:1: group: unknown key; did you mean groups?'],
    ['- a\n', 'r.yaml:1:1: found a list, expected a mapping with groups'],
    [
      'root:$6$salt:1::\nadmin:*:1::\n',
      'r.yaml:1:1: found a mapping without groups, expected a mapping with groups',
    ],
    ['root:x:0:0\nadmin:x:1\n', 'r.yaml:1:1: found a text or a number, expected a mapping with groups'],
    ['*hunter2\n', 'r.yaml:1:1: found an alias (*) without its anchor (&) before it'],
    ['groups: [\n', 'no valid YAML'],
  ])('of %j is told', (text, told) => {
    expect(faultsOf(text).join('\n')).toContain(told)
  })

  it.each([
    'up == 0',
    'rate(http_requests_total[5m]) > 5',
    'sum by (service) (rate(x{a="b"}[5m])) > 1',
    'histogram_quantile(0.99, x) > 1',
    'http_requests_total{status="500"} > 5',
    'absent(up)',
  ])('in %s, which is PromQL, is told as that', (expr) => {
    const text = `groups: [{name: g, rules: [{alert: A, expr: ${JSON.stringify(expr)}}]}]`
    expect(faultsOf(text).join()).toContain('it looks like PromQL, and rules here are TraceQL')
  })

  it.each(['{ status = }', '{ span.a = "[5m]" ', '({ } | rate()) >', '{ duration > }'])(
    'in %s is told as one of TraceQL',
    (expr) => {
      const text = `groups: [{name: g, rules: [{alert: A, expr: ${JSON.stringify(expr)}}]}]`
      expect(faultsOf(text).join()).toMatch(/TraceQL: (?!.*PromQL)/)
    },
  )

  it.each([
    [
      'a block',
      ['expr: |', '  { status = error }', '  | rate() by (resource.servicename', '  > 5'],
      'r.yaml:8:11',
    ],
    ['a quoted text', [`expr: '{ status = eror }'`], 'r.yaml:5:27'],
    ['double quotes', [String.raw`expr: "{ name = \"x\" && }"`], 'r.yaml:5:34'],
    ['a folded text', ['expr: >-', '  { }', '  | rat() > 5'], 'r.yaml:7:13'],
  ])('of TraceQL in %s has its place in the file and a caret', (_, lines, place) => {
    const [fault] = faultsOf(fileOf(...lines))
    expect(fault?.startsWith(`${place}: groups[0].rules[0].expr: TraceQL: `)).toBe(true)
    expect(fault?.split('\n').at(-1)).toMatch(/^ +\^$/)
  })

  it('comes with all others, in the order of the file', () => {
    const told = faultsOf(
      fileOf(`expr: '{ status = }'`, 'for: x', 'window: y', 'a: b', 'labels: {c-d: "{{ x }}"}'),
    )
    expect(told.map((fault) => fault.split(':').slice(1, 3).join(':'))).toEqual([
      '5:27',
      '6:14',
      '7:17',
      '8:9',
      '9:18',
      '9:27',
    ])
  })

  it('leaves no rule of its file', () => {
    expect(parseRuleFile('r.yaml', fileOf(METRIC, 'for: x'), DEFAULTS).groups).toEqual([])
  })

  it('is told a thousand times at most, and short', () => {
    const labels = Array.from({ length: 3000 }, (_, index) => `a-${index}: b`).join(', ')
    expect(faultsOf(fileOf(METRIC, `labels: {${labels}}`))).toHaveLength(1001)
    const [fault = ''] = faultsOf(fileOf(METRIC, `"${'x'.repeat(100_000)}": y`))
    expect(fault.length).toBeLessThan(500)
  })

  it('is too many rules', () => {
    const rules = `[${Array.from({ length: 10_001 }, () => '*r').join(',')}]`
    const text = `groups: [{name: g, rules: [&r {alert: A, expr: '{ }'}]}, {name: h, rules: ${rules}}]`
    expect(faultsOf(text)).toEqual([
      'r.yaml:1:9: groups: found 10002 rules, expected at most 10000 in a file',
    ])
  })
})

describe('placeOf', () => {
  it('finds the keys of a rule', () => {
    const file = parseRuleFile('r.yaml', fileOf(METRIC, 'labels: {a: b}'), DEFAULTS)
    const rule = file.groups[0]?.rules[0]
    if (rule === undefined) throw new Error('no rule')
    expect(file.placeOf(rule, 'labels', 'a')).toEqual({ file: 'r.yaml', line: 6, column: 18 })
    expect(file.placeOf(rule, 'window')).toEqual({ file: 'r.yaml', line: 4, column: 9 })
  })
})

describe('any file', () => {
  const key = fc.constantFrom(
    'groups',
    'name',
    'rules',
    'alert',
    'expr',
    'for',
    'labels',
    'annotations',
    'group_by',
    'threshold',
    'resolve_when',
    '__proto__',
    'constructor',
    'record',
  )
  const text = fc.constantFrom(
    '{ }',
    '{ } | rate() > 1',
    '{ status = error',
    '5m',
    '< 5',
    'name',
    '{{ $value }}',
    '{{ $',
    '{% if',
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
      tie('list'),
      tie('map'),
    ),
    list: fc.array(tie('value'), { maxLength: 3 }),
    map: fc
      .array(fc.tuple(key, tie('value')), { maxLength: 5 })
      .map((entries) => Object.fromEntries(entries)),
  }))
  const rule = fc.record(
    { alert: fc.constant('A'), expr: text, for: value, labels: value, group_by: value },
    { requiredKeys: ['alert', 'expr'] },
  )
  const file = fc.oneof(
    value,
    fc.record({ groups: fc.array(fc.record({ name: fc.string(), rules: fc.array(rule) })) }),
  )

  it('has rules or faults, with places inside of it', () => {
    fc.assert(
      fc.property(file, (data) => {
        const source = stringify(data)
        const { groups, faults } = parseRuleFile('f', source, DEFAULTS)
        if (faults.length > 0) expect(groups).toEqual([])
        expect(() =>
          lintRules([parseRuleFile('f', source, DEFAULTS)], { sampling: 'tail', sourceLagMs: 1 }),
        ).not.toThrow()
        const lines = source.split('\n').length
        expect(faults.filter(({ line, column }) => line < 1 || line > lines || column < 1)).toEqual([])
      }),
      { numRuns: 1000 },
    )
  })

  it('of any characters is read or refused', () => {
    const piece = fc.constantFrom(
      'groups:',
      '\n',
      '  ',
      '- ',
      'name: g',
      'rules:',
      'alert: A',
      'expr: ',
      '|',
      "'",
      '"',
      '{ }',
      '{{',
      '&a',
      '*a',
      '[',
      ']',
      ',',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const { groups, faults } = parseRuleFile('f', pieces.join(''), DEFAULTS)
        expect(groups.length === 0 || faults.length === 0).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})
