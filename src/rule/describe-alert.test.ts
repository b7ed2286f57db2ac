import { describe, expect, it } from 'vitest'
import { buildFinding } from '../../test/build-finding.js'
import { slowRule } from '../../test/build-rule-group.js'
import type { RenderTemplate } from '../model/render-template.js'
import type { Sample } from '../model/rule-sample.js'
import type { TraceMatch } from '../model/trace-match.js'
import { createDescriber, LONGEST_TEXT, type TemplateFault } from './describe-alert.js'

const TRACE: TraceMatch = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  rootServiceName: 'shop',
  rootSpanName: 'GET /cart',
  start: 0,
  durationMs: 1500,
  failedServices: [],
}

const SAMPLE: Sample = {
  labels: new Map([
    ['service', 'shop'],
    ['severity', 'low'],
  ]),
  value: 12,
  holds: true,
  exemplars: [TRACE],
}

type Texts = Readonly<Record<string, string>>

interface SetUp {
  readonly labels?: Texts
  readonly annotations?: Texts
  readonly render?: RenderTemplate
}

function setUp({ labels = {}, annotations = {}, render = (template) => template }: SetUp) {
  const faults: TemplateFault[] = []
  const rule = slowRule({
    labels: new Map(Object.entries(labels)),
    annotations: new Map(Object.entries(annotations)),
  })
  return { faults, describer: createDescriber(rule, render, (fault) => faults.push(fault)) }
}

const failing: RenderTemplate = (template) => {
  if (template.includes('bad')) throw new Error('line 1, col 4: no such filter')
  return template
}

describe('createDescriber', () => {
  it.each<[string, Texts, Texts]>([
    ['adds the name of the alert', {}, { service: 'shop', severity: 'low', alertname: 'Slow' }],
    [
      'adds the labels of the rule, which hide those of the sample',
      { severity: 'page', team: 'web' },
      { service: 'shop', severity: 'page', team: 'web', alertname: 'Slow' },
    ],
    [
      'takes a label that comes out empty for none',
      { severity: '', team: '' },
      { service: 'shop', alertname: 'Slow' },
    ],
    [
      'lets nothing else be the name of the alert',
      { alertname: 'Other' },
      { service: 'shop', severity: 'low', alertname: 'Slow' },
    ],
  ])('%s', (_, labels, expected) => {
    const { describer } = setUp({ labels })
    expect(Object.fromEntries(describer.labels(SAMPLE))).toEqual(expected)
    expect(describer.facts(SAMPLE).labels).toEqual(describer.labels(SAMPLE))
  })

  it('fills in templates with the labels of the sample, its value and its traces', () => {
    const seen: unknown[] = []
    const { describer } = setUp({
      labels: { team: 'T' },
      annotations: { summary: 'S' },
      render: (template, facts) => {
        seen.push(facts)
        return `${template} of ${facts.labels.get('service')}: ${facts.value}`
      },
    })
    const { labels, annotations, value, exemplars } = describer.facts(SAMPLE)
    expect(labels.get('team')).toBe('T of shop: 12')
    expect(annotations).toEqual(new Map([['summary', 'S of shop: 12']]))
    expect([value, exemplars]).toEqual([12, [TRACE]])
    const facts = { labels: SAMPLE.labels, value: 12, traces: [TRACE] }
    expect(seen).toEqual([facts, facts])
  })

  it('says in the text itself what is wrong with a template, and fills in the others', () => {
    const { describer, faults } = setUp({
      labels: { team: 'bad' },
      annotations: { summary: 'very bad', runbook: 'good' },
      render: failing,
    })
    const text = '<error expanding template: line 1, col 4: no such filter>'
    const { labels, annotations } = describer.facts(SAMPLE)
    expect([labels.get('team'), Object.fromEntries(annotations)]).toEqual([
      text,
      { summary: text, runbook: 'good' },
    ])
    const message = 'line 1, col 4: no such filter'
    expect(faults).toEqual([
      { name: 'team', message },
      { name: 'summary', message },
    ])
  })

  it('keeps an annotation that comes out empty', () => {
    const { describer } = setUp({ annotations: { summary: '' } })
    expect(describer.facts(SAMPLE).annotations).toEqual(new Map([['summary', '']]))
  })

  it.each(['labels', 'annotations'] as const)('cuts %s that are very long, and errors too', (kind) => {
    const long = 'x'.repeat(LONGEST_TEXT)
    const render: RenderTemplate = (template) => {
      if (template === 'throw') throw new Error(long)
      return template
    }
    const { describer } = setUp({ [kind]: { fits: long, over: `${long}y`, fails: 'throw' }, render })
    const texts = describer.facts(SAMPLE)[kind]
    expect(texts.get('fits')).toBe(long)
    expect(texts.get('over')).toBe(`${long.slice(1)}…`)
    expect(texts.get('fails')).toHaveLength(LONGEST_TEXT)
  })

  it.each<[unknown, string]>([
    [new Error('plain'), '<error expanding template: plain>'],
    ['text', '<error expanding template: text>'],
    [undefined, '<error expanding template: undefined>'],
    [Object.create(null), '<error expanding template: something that cannot be shown as text>'],
  ])('takes %s for a fault as well', (thrown, text) => {
    const { describer } = setUp({
      annotations: { summary: 'x' },
      render: () => {
        throw thrown
      },
    })
    expect(describer.facts(SAMPLE).annotations.get('summary')).toBe(text)
  })

  it('is not led astray by names that JavaScript knows', () => {
    const { describer } = setUp({ labels: { constructor: 'c' } })
    const labels = describer.labels({ ...SAMPLE, labels: new Map([['__proto__', 'p']]) })
    expect([...labels]).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
      ['alertname', 'Slow'],
    ])
  })

  it('gives templates what was found, and shows its traces', () => {
    const finding = buildFinding({}, ['f1', 'f2'])
    const render: RenderTemplate = (_, facts) => `${facts.finding?.sentence} ${facts.traces[0]?.traceId}`
    const { describer } = setUp({ annotations: { summary: 'x' }, render })
    const { annotations, exemplars } = describer.facts({ ...SAMPLE, finding })
    expect(annotations.get('summary')).toBe(`${finding.sentence} f1`)
    expect(exemplars).toEqual(finding.traces)
  })
})
