import { assert, property, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatTextLine } from './format-text-line.js'
import type { LogFields } from './logger.js'

const time = '2026-11-24T08:44:59.123Z'
const format = (message: string, fields: LogFields = {}, level = 'info'): string =>
  formatTextLine({ time, level, message, fields })

describe('formatTextLine', () => {
  it.each<[string, LogFields, string]>([
    ['Detected trace anomalies', { count: 3 }, 'Detected trace anomalies count=3'],
    [
      'Trace anomaly alert sent successfully',
      { anomaly_type: 'high_latency' },
      'Trace anomaly alert sent successfully anomaly_type="high_latency"',
    ],
    ['🔔 Trace-based alerting started', {}, '🔔 Trace-based alerting started'],
    ['m', { a: undefined, b: false, c: 0.05, d: '' }, 'm b=false c=0.05 d=""'],
    ['m', { name: 'GET "/a\\b"' }, String.raw`m name="GET \"/a\\b\""`],
    ['m', { name: 'a\nERROR forged x=1\r\t\u0000' }, String.raw`m name="a\nERROR forged x=1\r\t\u0000"`],
    ['m', { name: '\u001b[31m\u009b1m\u007f' }, String.raw`m name="\u001b[31m\u009b1m\u007f"`],
    ['m', { name: 'a\u2028b\u2029c\u0085d\u202ee' }, String.raw`m name="a\u2028b\u2029c\u0085d\u202ee"`],
    ['m', { name: 'half \ud800 a pair' }, String.raw`m name="half \ud800 a pair"`],
    ['m', { name: 'Größe 👩‍🚀 東京' }, 'm name="Größe 👩‍🚀 東京"'],
    ['a\nb', {}, String.raw`a\nb`],
    ['m', { 'a b="x"\n': 1 }, 'm a_b__x__=1'],
  ])('%j with %j', (message, fields, expected) => {
    expect(format(message, fields)).toBe(`${time}  INFO ${expected}\n`)
  })

  it.each([
    ['debug', 'DEBUG'],
    ['info', ' INFO'],
    ['warn', ' WARN'],
    ['error', 'ERROR'],
  ])('writes the level %s five wide', (level, expected) => {
    expect(format('m', {}, level)).toBe(`${time} ${expected} m\n`)
  })

  it('keeps any message and any field on one line, free of control characters, and readable back', () => {
    assert(
      property(
        string({ unit: 'binary' }),
        string({ unit: 'binary' }),
        string({ unit: 'binary' }),
        (message, key, value) => {
          const line = format(message, { [key]: value, last: 1 })
          expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u)
          const quoted = /^.*? [\w.:-]*=(".*") last=1\n$/su.exec(line.slice(format(message).length - 1))?.[1]
          expect(JSON.parse(quoted ?? 'null')).toBe(value)
        },
      ),
      { numRuns: 200 },
    )
  })
})
