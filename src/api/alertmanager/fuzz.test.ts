import fc from 'fast-check'
import { describe, it } from 'vitest'
import { buildAlertmanagerApi } from '../../../test/alertmanager-api.js'
import { parseAlertFilter } from './alert-filter.js'
import { AlertmanagerError } from './alertmanager-error.js'
import { parseSilence } from './parse-silence.js'
import { parseTime } from './parse-time.js'

const { options } = buildAlertmanagerApi()

/** Nothing else may be thrown, whatever is sent. */
function tolerateRefusal(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof AlertmanagerError)) throw error
    JSON.stringify(error.body)
  }
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('a', '', '.*', '(', 'a|b', '2026-11-24T09:00:00Z', '2026-11-30'),
)
const value = fc.oneof(text, fc.boolean(), fc.constant(null), fc.integer(), fc.jsonValue({ maxDepth: 2 }))
const matcher = fc.oneof(
  value,
  fc.record({ name: value, value, isRegex: value, isEqual: value }, { requiredKeys: [] }),
  fc.record({ name: text, value: text, isRegex: fc.boolean(), isEqual: fc.boolean() }),
)
const silence = fc.record(
  {
    id: value,
    matchers: fc.oneof(value, fc.array(matcher, { maxLength: 4 })),
    startsAt: value,
    endsAt: value,
    createdBy: value,
    comment: value,
    ['__proto__']: value,
  },
  { requiredKeys: [] },
)
const NAMES = ['filter', 'receiver', 'active', 'silenced', 'inhibited', 'unprocessed', 'muted', 'other']
const filterText = fc.oneof(
  text,
  fc
    .tuple(text, fc.constantFrom('=', '!=', '=~', '!~'), text)
    .map(([name, operator, right]) => `${name}${operator}${right}`),
)

describe('whatever is sent', () => {
  it('is a silence or is refused', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          silence.map((each) => JSON.stringify(each)),
        ),
        (body) =>
          tolerateRefusal(() => {
            const wanted = parseSilence(body, options)
            if (!(wanted.endsAt > wanted.startsAt) || wanted.matchers.length === 0)
              throw new Error('a silence that is none')
          }),
      ),
      { numRuns: 2000 },
    )
  })

  it('is a filter that can be applied, or is refused', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...NAMES), filterText), { maxLength: 5 }),
        fc.dictionary(text, text),
        (params, labels) =>
          tolerateRefusal(() => {
            const filter = parseAlertFilter(new URLSearchParams(params), options)
            filter.labels(new Map(Object.entries(labels)))
            filter.receiver('sink')
          }),
      ),
      { numRuns: 2000 },
    )
  })

  it('is a moment that can be written again, or none', () => {
    fc.assert(
      fc.property(
        fc.oneof(text, fc.stringMatching(/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d))?$/)),
        (written) => {
          const at = parseTime(written)
          if (at !== undefined && parseTime(new Date(at).toISOString()) !== at && at >= 0)
            throw new Error(written)
        },
      ),
    )
  })
})
