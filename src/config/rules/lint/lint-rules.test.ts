import { describe, expect, it } from 'vitest'
import { parseRuleFile, type RuleFile } from '../parse-rule-file.js'
import type { LintOptions } from './lint.js'
import { lintRules } from './lint-rules.js'

function fileOf(name: string, ...rules: readonly string[]): RuleFile {
  const source = [
    'groups:',
    '  - name: g',
    '    interval: 1m',
    '    rules:',
    ...rules.map((text) => `      - ${text}`),
  ].join('\n')
  const file = parseRuleFile(name, source, { intervalMs: 30_000 })
  expect(file.faults).toEqual([])
  return file
}

/** What is said of rules given as YAML in braces. */
function warnings(rules: readonly string[], options: LintOptions = {}): string[] {
  return lintRules([fileOf('r.yaml', ...rules)], options).map(({ lint, problem }) => `${lint}: ${problem}`)
}

function rule(expr: string, more = ''): string {
  return `{alert: A, expr: ${JSON.stringify(expr)}${more === '' ? '' : `, ${more}`}}`
}

describe('empty-file', () => {
  it.each(['', '\n', '# soon', '---'])('is found in %j', (text) => {
    const found = lintRules([parseRuleFile('r.yaml', text, { intervalMs: 30_000 })], {})
    expect(found).toEqual([
      { file: 'r.yaml', line: 1, column: 1, key: '', lint: 'empty-file', problem: 'the file holds no rules' },
    ])
  })

  it('is not found where no groups are meant, or a file is wrong', () => {
    for (const text of ['groups: []', 'groups:', '"'])
      expect(lintRules([parseRuleFile('r.yaml', text, { intervalMs: 30_000 })], {})).toEqual([])
  })
})

describe('window-reach', () => {
  const reach = { ms: 900_000, setBy: 'received spans are kept (TRACEBELL_WINDOW_MAX_AGE_SECS)' }

  it('is found where a window is longer than the source goes back, if that is known', () => {
    const long = rule('{ }', 'window: 20m')
    expect(warnings([long])).toEqual([])
    expect(warnings([long], { reach })).toEqual([
      expect.stringMatching(/^window-reach: the window of 20m .* 15m .*TRACEBELL_WINDOW_MAX_AGE_SECS/),
    ])
    expect(warnings([rule('{ }', 'window: 15m')], { reach })).toEqual([])
  })
})

describe('unbounded-group', () => {
  it.each([
    rule('{ }', 'group_by: [trace:id]'),
    rule('{ }', 'group_by: [rootName, span.url.full]'),
    rule('{ }', 'group_by: [.http.target]'),
    rule('{ }', 'group_by: [span.order_id]'),
    rule('{ } | rate() by (span:id) > 1'),
    rule('({ } | rate() by (duration)) / ({ } | rate() by (duration)) > 0.5'),
  ])('is found in %s', (text) => {
    expect(warnings([text])[0]).toContain('has no end of values')
  })

  it.each([
    rule('{ }'),
    rule('{ }', 'group_by: [span.http.route, resource.service.instance.id, .messaging.consumer.id]'),
    rule('{ } | rate() by (resource.service.name) > 1'),
    rule('{ span.url.full = "x" }'),
  ])('is not found in %s', (text) => {
    expect(warnings([text])).toEqual([])
  })
})

describe('never-crossed', () => {
  const never = 'never holds'
  const always = 'always holds'
  it.each([
    ['({ status = error } | rate()) / ({ } | rate()) > 5', `a share from 0 to 1, so that > 5 ${never}`],
    ['({ status = error && name = "x" } | rate()) / ({ name = "x" } | rate()) > 1', never],
    ['(({ status = error } | rate()) / ({ } | rate())) * 100 > 100', `from 0 to 100, so that > 100 ${never}`],
    ['({ status = error } | rate()) / ({ } | rate()) >= 0', always],
    ['{ } | rate() < 0', `never below 0, so that < 0 ${never}`],
    ['{ } | rate() >= 0', always],
    ['{ } | quantile_over_time(duration, .99) < -1s', never],
    ['({ } | rate()) + ({ } | rate()) < 0', never],
    ['{ } | count() < 1', `never below 1, so that < 1 ${never}`],
    ['{ } | count() > 0', always],
    ['{ } | avg(duration) < 0s', never],
    ['{ false }', 'the filter is false for every span'],
    ['{ 1 = 2 }', 'the filter is false for every span'],
  ])('is found in %s', (expr, told) => {
    expect(warnings([rule(expr)])[0]).toContain(told)
  })

  it.each([
    '({ status = error } | rate()) / ({ } | rate()) > 0.05',
    '({ status = error } | rate()) / ({ kind = server } | rate()) > 2',
    '({ status = error } | rate() by (name)) / ({ } | rate()) > 2',
    '({ } | rate()) - ({ } | rate()) < -5',
    '({ } | max_over_time(span.size)) / ({ } | rate()) < 0',
    '{ } | max_over_time(span.balance) < 0',
    '{ } | rate() > 0',
    '{ } | count() > 1',
    '{ } | max(span.balance) < 0',
    '{ duration > 1s } && { status = error }',
  ])('is not found in %s', (expr) => {
    expect(warnings([rule(expr)])).toEqual([])
  })
})

describe('window-gaps', () => {
  it('is a window shorter than the interval', () => {
    expect(warnings([rule('{ }', 'window: 30s')])).toEqual([
      'window-gaps: the window of 30s is shorter than the interval of 1m: what happens between windows is not seen',
    ])
    expect(warnings([rule('{ }', 'window: 1m')])).toEqual([])
  })

  it('is a window shorter than the lag of the source, where that is known', () => {
    const slow = { sourceLagMs: 90_000 }
    expect(warnings([rule('{ }')], slow)[0]).toContain('shorter than the 1m30s that the source is behind')
    expect(warnings([rule('{ }', 'window: 2m')], slow)).toEqual([])
  })
})

describe('tail-sampling', () => {
  const tail = { sampling: 'tail' } as const
  it.each([
    rule('{ } | rate() > 5'),
    rule('({ status = error } | count_over_time()) / ({ } | count_over_time()) > 0.1'),
    rule('{ status = error }', 'min_traffic: 5'),
  ])('is found in %s', (text) => {
    expect(warnings([text], tail)[0]).toContain('what tail sampling kept')
    expect(warnings([text], { sampling: 'head' })).toEqual([])
    expect(warnings([text])).toEqual([])
  })

  it.each([rule('{ } | max_over_time(duration) > 5s'), rule('{ status = error }')])(
    'is not found in %s',
    (text) => {
      expect(warnings([text], tail)).toEqual([])
    },
  )
})

describe('resolve-conflict', () => {
  it.each([
    rule('{ } | rate() > 10', 'resolve_when: "> 5"'),
    rule('{ } | rate() > 10', 'resolve_when: "< 20"'),
    rule('{ }', 'threshold: 5, resolve_when: "<= 5"'),
  ])('is found in %s', (text) => {
    expect(warnings([text])[0]).toContain('holds for values that fire as well')
  })

  it.each([
    rule('{ } | rate() > 10', 'resolve_when: "< 5"'),
    rule('{ } | rate() > 10', 'resolve_when: "<= 10"'),
    rule('{ }', 'threshold: 5, resolve_when: "< 3"'),
  ])('is not found in %s', (text) => {
    expect(warnings([text])).toEqual([])
  })
})

describe('unknown-labels', () => {
  const shows = (text: string): string => `annotations: {a: ${JSON.stringify(text)}}`
  it('is a label that no alert has', () => {
    expect(
      warnings([rule('{ } | rate() by (resource.service.name) > 1', shows('{{ $labels.env }}'))]),
    ).toEqual([
      'unknown-labels: $labels.env is always empty: the alerts of this rule have resource.service.name',
    ])
    expect(warnings([rule('{ } | rate() > 1', shows('{{ $labels.service }}'))])[0]).toContain(
      'have no labels of spans',
    )
  })

  it.each([
    rule(
      '{ } | rate() by (resource.service.name) > 1',
      shows('{{ $labels.service }} {{ $labels.resource.service.name }}'),
    ),
    rule('{ }', shows('{{ $labels.service }} {{ $labels.rootName }} {{ $labels["rootServiceName"] }}')),
    rule('{ }', shows('{{ $value }} {% for label in $labels %}{{ label[0] }}{% endfor %}')),
  ])('is not found in %s', (text) => {
    expect(warnings([text])).toEqual([])
  })
})

describe('reserved-labels', () => {
  it('is a label that is overwritten', () => {
    expect(warnings([rule('{ }', 'labels: {alertname: B}')])[0]).toContain(
      'alertname is the name of the alert',
    )
  })
})

describe('duplicate-rules', () => {
  it('are those that cannot be told apart, in all files', () => {
    const files = [fileOf('a.yaml', rule('{ }')), fileOf('b.yaml', rule('{ name = "x" }'))]
    expect(lintRules(files, {})).toEqual([
      {
        file: 'b.yaml',
        line: 5,
        column: 10,
        key: 'A: alert',
        problem: 'the same name and labels as the rule at a.yaml:5: their alerts cannot be told apart',
        lint: 'duplicate-rules',
      },
    ])
  })

  it('are those that say the same', () => {
    const other = `{alert: B, expr: "{true}"}`
    expect(warnings([rule('{ }'), other])).toEqual(['duplicate-rules: says the same as A at r.yaml:5'])
  })

  it('are not those of other labels', () => {
    expect(
      warnings([rule('{ }', 'labels: {severity: a}'), rule('{ name = "x" }', 'labels: {severity: b}')]),
    ).toEqual([])
    expect(warnings([rule('{ }'), `{alert: B, expr: "{ }", threshold: 5}`])).toEqual([])
  })
})

describe('bare-duration', () => {
  it.each([
    ['{ duration > 500 }', '500', 'nanoseconds'],
    ['{ 1.5 < traceDuration && status = error }', '1.5', 'nanoseconds'],
    ['{ } | avg(duration) > 300', '300', 'nanoseconds'],
    ['{ } >> { event:timeSinceStart >= 7 }', '7', 'nanoseconds'],
    ['{ } | avg_over_time(duration) > 500', '500', 'seconds'],
    ['{ duration > 9 } | rate() > 5', '9', 'nanoseconds'],
  ])('is found in %s', (expr, number, unit) => {
    expect(warnings([rule(expr)])).toContain(
      `bare-duration: ${number} is compared with a duration and has no unit, so it is ${number} ${unit}: write one, such as ${number}ms or ${number}s`,
    )
  })

  it.each([
    '{ duration > 500ms }',
    '{ duration > 0 }',
    '{ span.http.status_code > 500 }',
    '{ } | count() > 3',
    '{ } | rate() > 5',
    '{ } | quantile_over_time(duration, .99) > 1.5s',
    '{ } | avg_over_time(span.size) > 500',
    '{ duration > 2 * 1s }',
  ])('is not found in %s', (expr) => {
    expect(warnings([rule(expr)]).filter((each) => each.startsWith('bare-duration'))).toEqual([])
  })
})
