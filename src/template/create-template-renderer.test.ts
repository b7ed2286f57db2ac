import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildFinding } from '../../test/build-finding.js'
import { ANOMALY_ANNOTATIONS } from '../config/rules/build-anomaly.js'
import type { TemplateFacts } from '../model/render-template.js'
import { checkTemplate } from './check-template.js'
import { createTemplateRenderer } from './create-template-renderer.js'
import { TemplateError } from './template-error.js'

const TRACE = {
  traceId: 'ab'.repeat(16),
  rootServiceName: 'shop',
  rootSpanName: 'GET /',
  start: Date.UTC(2026, 10, 24, 8, 44),
  durationMs: 1500,
  failedServices: ['db', 'cart'],
}
const FACTS: TemplateFacts = {
  labels: new Map([
    ['resource.service.name', 'shop'],
    ['rootName', 'GET /'],
    ['span:kind', 'server'],
  ]),
  value: 0.0525,
  traces: [TRACE, { ...TRACE, traceId: 'cd'.repeat(16), rootServiceName: undefined, start: undefined }],
}

const render = createTemplateRenderer({
  externalUrl: new URL('https://tracebell.example.com/'),
  grafana: { url: new URL('https://grafana.example.com/g/'), datasourceUid: 'tempo', orgId: 2 },
  jaeger: { url: new URL('http://jaeger:16686') },
})

describe('a template', () => {
  it.each([
    ['no template at all, $value', 'no template at all, $value'],
    ['{{ $labels.resource.service.name }}', 'shop'],
    ['{{ $labels["resource.service.name"] }}', 'shop'],
    ['{{ $labels.resource_service_name }}', 'shop'],
    ['{{ $labels.service.name }}', 'shop'],
    ['{{ $labels.service }}', 'shop'],
    ['{{ $labels.service | upcase | append: "!" }}', 'SHOP!'],
    ['{{ $labels.service | size }}', '4'],
    ['{{ $labels.rootName }}/{{ $labels["span:kind"] }}/{{ $labels.span_kind }}', 'GET //server/server'],
    ['[{{ $labels.nobody }}{{ $labels.nobody.knows }}]', '[]'],
    ['{% if $labels.service == "shop" %}yes{% endif %}{% if $labels.nobody %}no{% endif %}', 'yes'],
    ['{{ $labels }}', 'resource.service.name="shop", rootName="GET /", span:kind="server"'],
    [
      '{% for label in $labels %}{{ label[0] }}={{ label[1] }};{% endfor %}',
      'resource.service.name=shop;rootName=GET /;span:kind=server;',
    ],
    ['{{ $value }} {{ $value | humanizePercentage }} {{ $value | round: 2 }}', '0.0525 5.25% 0.05'],
    ['{% if $value > 0.05 %}high{% endif %}', 'high'],
    [
      '{{ $traces.size }} {{ $traces.first.id }} {{ $traces[0].service }} {{ $traces[1].service }}|',
      `2 ${'ab'.repeat(16)} shop |`,
    ],
    ['{{ $traces | map: "id" | join: ", " }}', `${'ab'.repeat(16)}, ${'cd'.repeat(16)}`],
    ['{% for trace in $traces %}{{ trace.duration | humanizeDuration }} {% endfor %}', '1.5s 1.5s '],
    ['{{ $traces.first.start | humanizeTimestamp }}', '2026-11-24 08:44:00 +0000 UTC'],
    ['{{ $traces.first.failed_services | join: "+" }}', 'db+cart'],
    ['{{ $traces.first | jaegerLink }}', `http://jaeger:16686/trace/${'ab'.repeat(16)}`],
    ['{{ $traces[7] | jaegerLink }}', ''],
    ['{{ $externalURL }}/alerts', 'https://tracebell.example.com/alerts'],
    ['{{ "a $value in quotes" }}', 'a $value in quotes'],
    ['{{ "text" | humanize }} {{ "1500" | humanize }}', 'text 1.5k'],
  ])('%j gives %j', (template, text) => {
    expect(render(template, FACTS)).toBe(text)
  })

  it.each([
    ['{{ $finding.sentence }}', 'checkout → payment gap p50 1.02 s, usually 3 ms ± 1 ms, 38 of 41 calls'],
    ['{{ $finding }}', 'checkout → payment gap p50 1.02 s, usually 3 ms ± 1 ms, 38 of 41 calls'],
    ['{{ $finding.signal }} {{ $finding.service }} {{ $finding.operation }}', 'latency payment charge'],
    ['{{ $finding.candidates | join: ", " }} {{ $finding.candidates[1] }}', 'payment, checkout checkout'],
    ['{% for each in $finding.evidence %}{{ each | truncate: 8 }};{% endfor %}', 'POST ...;versi...;'],
    ['{{ $finding.evidence.size }} {{ $finding.evidence.first | size }}', '2 41'],
    ['[{{ $finding.traces }}{{ $finding.constructor.name }}]', '[]'],
  ])('%j of what was found gives %j', (template, text) => {
    expect(render(template, { ...FACTS, finding: buildFinding() })).toBe(text)
  })

  it('shows nothing of a finding where there is none', () => {
    expect(render('[{{ $finding.sentence }}{% if $finding %}x{% endif %}]', FACTS)).toBe('[]')
  })

  it('tells of a finding by default what it is, and why', () => {
    const texts = [...ANOMALY_ANNOTATIONS.values()]
    expect(texts.flatMap((text) => checkTemplate(text, { hasFinding: true }))).toEqual([])
    const tell = (facts: TemplateFacts) => texts.map((text) => render(text, facts))
    expect(tell({ ...FACTS, finding: buildFinding() })).toEqual([
      'checkout → payment gap p50 1.02 s, usually 3 ms ± 1 ms, 38 of 41 calls',
      'POST /checkout takes 1.2 s, usually 40 ms\nversion=2.1 in 38 of 41 slow calls, else in none\nMost likely to blame: payment, checkout',
    ])
    expect(tell(FACTS)).toEqual(['what is unlike normal cannot be told', ''])
  })

  it('links to Grafana, on the trace and around its time', () => {
    const url = new URL(render('{{ $traces.first | grafanaLink }}', FACTS))
    expect(`${url.origin}${url.pathname}`).toBe('https://grafana.example.com/g/explore')
    expect(url.searchParams.get('orgId')).toBe('2')
    const { trace } = JSON.parse(url.searchParams.get('panes') ?? '')
    expect(trace).toMatchObject({
      datasource: 'tempo',
      queries: [
        { queryType: 'traceql', query: 'ab'.repeat(16), datasource: { type: 'tempo', uid: 'tempo' } },
      ],
      range: { from: String(TRACE.start - 1_800_000), to: String(TRACE.start + 1_801_500) },
    })
    expect(render('{{ $traces.first | traceLink }}', FACTS)).toBe(url.href)
  })

  it('links nowhere where there is nowhere to link to', () => {
    const alone = createTemplateRenderer({})
    expect(
      alone('[{{ $traces.first | traceLink }}{{ $traces.first | grafanaLink }}{{ $externalURL }}]', FACTS),
    ).toBe('[]')
    const jaeger = createTemplateRenderer({ jaeger: { url: new URL('http://j') } })
    expect(jaeger('{{ $traces.first | traceLink }}', FACTS)).toBe(`http://j/trace/${'ab'.repeat(16)}`)
  })
})

describe('what data cannot do', () => {
  const names = [
    'constructor',
    '__proto__',
    'valueOf',
    'toString',
    'liquidMethodMissing',
    'prototype',
    'hasOwnProperty',
  ]

  it.each(names)('$labels.%s is a label or nothing', (name) => {
    expect(render(`[{{ $labels.${name}.x }}{{ $traces.${name}.x }}{{ $value.${name}.x }}]`, FACTS)).toBe('[]')
    expect(render(`[{{ $traces[0].${name} }}{{ $value.${name} }}{{ $traces.${name} }}]`, FACTS)).toBe('[]')
    const labels = new Map([...FACTS.labels, [name, 'mine']])
    const text = render(`{% for label in $labels %}{{ label[1] }} {% endfor %}`, { ...FACTS, labels })
    expect(text).toBe('shop GET / server mine ')
  })

  it('no value is read as a template', () => {
    const labels = new Map([['a', '{{ $value }}{% for %}']])
    expect(render('{{ $labels.a }}', { ...FACTS, labels })).toBe('{{ $value }}{% for %}')
  })
})

describe('what a template cannot do', () => {
  it.each([
    ['a loop without end', '{% for i in (1..100000000) %}x{% endfor %}', 'memory alloc limit exceeded'],
    [
      'loops in loops',
      '{% for i in (1..300) %}{% for j in (1..300) %}{% endfor %}{% endfor %}',
      'more than 5000 steps',
    ],
    ['many steps', '{% for i in (1..6000) %}{{ i }}{% endfor %}', 'more than 5000 steps'],
    [
      'a text that doubles',
      '{% assign a = "xx" %}{% for i in (1..99) %}{% assign a = a | append: a %}{% endfor %}',
      'limit exceeded',
    ],
    [
      'a list compared over and over',
      '{% assign a = (1..50000) %}{% for i in (1..99) %}{% if a == a %}{% endif %}{% endfor %}',
      'limit exceeded',
    ],
    ['a filter that is not there', '{{ "now" | date }}', 'undefined filter: date'],
  ])('%s is refused', (_, template, problem) => {
    expect(() => render(template, FACTS)).toThrow(TemplateError)
    expect(() => render(template, FACTS)).toThrow(problem)
  })

  it('a long text is cut', () => {
    const text = render('{% for i in (1..2000) %}0123456789{% endfor %}', FACTS)
    expect(text).toHaveLength(16_384)
    expect(text.endsWith('…')).toBe(true)
  })

  it('renders the same again, whatever was assigned before', () => {
    const template = '{{ seen }}{% assign seen = "before" %}'
    expect([render(template, FACTS), render(template, FACTS)]).toEqual(['', ''])
  })
})

describe('any labels', () => {
  it('are printed by their names', () => {
    const name = fc.oneof(
      fc.constantFrom('a', 'a.b', 'a.b.c', 'span.a', '__proto__', 'size', 'first'),
      fc.string({ minLength: 1 }),
    )
    fc.assert(
      fc.property(fc.dictionary(name, fc.string()), fc.double(), (dictionary, value) => {
        const labels = new Map(Object.entries(dictionary))
        for (const [key, text] of labels) {
          if (key.includes('"') || key.includes('\\') || key === 'valueOf' || key === 'liquidMethodMissing')
            continue
          expect(render(`{{ $labels["${key}"] }}`, { labels, value, traces: [] })).toBe(text)
        }
      }),
      { numRuns: 300 },
    )
  })
})
