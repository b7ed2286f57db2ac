import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Alert } from '../model/alert.js'
import { checkNotificationTemplate } from './check-template.js'
import { createNotificationRenderer, type NotificationFacts } from './create-notification-renderer.js'

const alert: Alert = {
  labels: new Map([
    ['alertname', 'Slow'],
    ['service.name', 'shop "1"'],
  ]),
  annotations: new Map([['summary', 'too slow']]),
  startsAt: 1_700_000_000_000,
  endsAt: 1_700_000_300_000,
  status: 'firing',
  generatorUrl: '',
  value: 2.5,
  exemplars: [
    {
      traceId: 'ab'.repeat(16),
      rootServiceName: 'shop',
      rootSpanName: 'GET /',
      start: undefined,
      durationMs: 1500,
      failedServices: [],
    },
  ],
}

const facts: NotificationFacts = {
  status: 'firing',
  receiver: 'oncall',
  alerts: [alert, { ...alert, status: 'resolved' }],
  groupLabels: new Map([['alertname', 'Slow']]),
  commonLabels: alert.labels,
  commonAnnotations: alert.annotations,
  groupKey: '{}:{alertname="Slow"}',
  note: '',
  externalUrl: 'http://tracebell.test',
}

const render = createNotificationRenderer({})

describe('createNotificationRenderer', () => {
  it.each([
    ['{{ $status }} to {{ $receiver }}', 'firing to oncall'],
    ['{{ $firing | size }} of {{ $alerts | size }}, {{ $resolved | size }} over', '1 of 2, 1 over'],
    ['{% for alert in $firing %}{{ alert.labels.alertname }}{% endfor %}', 'Slow'],
    ['{{ $alerts[0].labels.service.name }}', 'shop "1"'],
    ['{{ $alerts[0].labels.service.name | json }}', '"shop \\"1\\""'],
    ['{{ $commonLabels | json }}', '{"alertname":"Slow","service.name":"shop \\"1\\""}'],
    ['{{ $alerts[0].traces[0].duration }} {{ $alerts[0].startsAt }}', '1.5 1700000000'],
    [
      '{{ $commonAnnotations.summary }} {{ $externalURL }} {{ $groupKey }}',
      'too slow http://tracebell.test {}:{alertname="Slow"}',
    ],
  ])('fills in %s', (template, text) => {
    expect(checkNotificationTemplate(template)).toEqual([])
    expect(render(template, facts)).toBe(text)
  })

  it('writes a whole alert as JSON', () => {
    expect(JSON.parse(render('{{ $alerts[0] | json }}', facts))).toEqual({
      status: 'firing',
      labels: { alertname: 'Slow', 'service.name': 'shop "1"' },
      annotations: { summary: 'too slow' },
      startsAt: 1_700_000_000,
      endsAt: 1_700_000_300,
      value: 2.5,
      traces: [
        {
          id: 'ab'.repeat(16),
          service: 'shop',
          name: 'GET /',
          start: null,
          duration: 1.5,
          failed_services: [],
        },
      ],
      generatorURL: '',
    })
  })

  it('refuses what would be too long, or takes too many steps', () => {
    const long = { ...facts, groupKey: 'x'.repeat(9000) }
    expect(() => render('{{ $groupKey }}'.repeat(8), long)).toThrow('more than 65536 characters')
    expect(() => render('{% for a in (1..9999) %}{{ a }} {% endfor %}', facts)).toThrow(
      'more than 5000 steps',
    )
  })

  it('shows nothing of JavaScript', () => {
    expect(
      render('{{ $alerts[0].constructor }}{{ $alerts.constructor }}{{ $commonLabels.toString }}', facts),
    ).toBe('')
  })

  it('quotes any label as JSON, whatever it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, value) => {
        const labels = new Map([[name, value]])
        const text = render('{"all":{{ $commonLabels | json }},"key":{{ $groupKey | json }}}', {
          ...facts,
          commonLabels: labels,
          groupKey: value,
        })
        const parsed: unknown = JSON.parse(text)
        expect(parsed).toEqual({
          all: Object.fromEntries([[name, wellFormed(value)]]),
          key: wellFormed(value),
        })
      }),
    )
  })

  it('is checked before it is used', () => {
    expect(checkNotificationTemplate('{{ $labels.x }}')).toMatchObject([
      { problem: expect.stringContaining('no variable is called $labels, only $status, ') },
    ])
    expect(checkNotificationTemplate('{{ $alerts | jsn }}')).toMatchObject([{ unknown: { word: 'jsn' } }])
  })
})

function wellFormed(text: string): string {
  return Buffer.from(text).toString()
}
