import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SourceError } from '../../model/source-error.js'
import { decodeFoundTraces } from './decode-spans.js'
import { mergeFound, toSpanSearch } from './search-spans.js'
import { planFields } from './span-fields.js'

const text = (key: string, stringValue: string): object => ({ key, value: { stringValue } })

/** As a real Tempo told it, of a trace that came in two parts. */
const BODY = {
  traces: [
    {
      traceID: 'df40466993da1fdda3355e271549160b',
      rootServiceName: 'shop',
      rootTraceName: 'GET /cart',
      startTimeUnixNano: '1795523571852000000',
      durationMs: 1010,
      spanSets: [
        {
          spans: [
            {
              spanID: '1591a3071d48ffd8',
              name: 'charge',
              startTimeUnixNano: '1795523572852000000',
              durationNanos: '10000000',
              attributes: [
                text('span:parentID', '8114814fe68f87d8'),
                text('status', 'error'),
                text('kind', 'server'),
                text('service.name', 'shop'),
                { key: 'retries', value: { intValue: '3' } },
                { key: 'load', value: { doubleValue: 0.5 } },
                { key: 'cached', value: { boolValue: true } },
                {
                  key: 'tags',
                  value: { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: 'b' }] } },
                },
                text('http.method', 'nil'),
                text('other', 'not asked for'),
              ],
            },
          ],
          matched: 1,
          attributes: [
            text('by(span.x)', 'of the span'),
            { key: 'by(resource.x)', value: { intValue: '7' } },
          ],
        },
        {
          spans: [{ spanID: 'ab', startTimeUnixNano: '1795523616852000000' }],
          matched: 5,
          attributes: [
            text('by(span.x)', 'nil'),
            { key: 'by(nestedSetLeft = nestedSetParent)', value: { boolValue: true } },
            text('by(traceDuration)', '1m1.5s'),
          ],
        },
      ],
    },
  ],
  metrics: {},
}

const FIELDS = [
  'name',
  'status',
  'kind',
  'span:parentID',
  'resource.service.name',
  'span.retries',
  'span.load',
  'span.cached',
  'span.tags',
  'span.http.method',
  'span.x',
  'resource.x',
]

const plan = { ...planFields('{ }', FIELDS), parts: undefined }

describe('the spans that a search found', () => {
  const found = decodeFoundTraces(BODY, plan).get('df40466993da1fdda3355e271549160b')

  it('have the fields that were asked for, with their types and scopes', () => {
    const [span] = found?.trace.spans ?? []
    expect(span).toMatchObject({
      spanId: '1591a3071d48ffd8',
      parentSpanId: '8114814fe68f87d8',
      name: 'charge',
      kind: 'server',
      status: { code: 'error', message: '' },
      startTimeUnixNano: 1795523572852000000n,
      endTimeUnixNano: 1795523572862000000n,
    })
    expect([...(span?.attributes ?? [])]).toEqual([
      ['retries', 3n],
      ['load', 0.5],
      ['cached', true],
      ['tags', ['a', 'b']],
      ['x', 'of the span'],
    ])
    expect([...(span?.resource.attributes ?? [])]).toEqual([
      ['service.name', 'shop'],
      ['x', 7n],
    ])
  })

  it('have whole ids, and no duration where Tempo leaves out a zero', () => {
    expect(found?.trace.spans[1]).toMatchObject({
      spanId: '00000000000000ab',
      endTimeUnixNano: 1795523616852000000n,
      attributes: new Map(),
    })
  })

  it('are not all of them where a span set was cut', () => {
    expect(found).toMatchObject({ isCut: true, mayBeInParts: false, match: { durationMs: 1010 } })
  })

  it('may be in parts where no root leads to one, and tell then what the trace lasts', () => {
    const { decode } = toSpanSearch({ query: '{ }', fields: [], inParts: true })
    const [one] = [...decode(BODY).values()]
    expect(one).toMatchObject({ mayBeInParts: true, match: { durationMs: 61_500 } })
  })

  it('are made one where a trace was found twice', () => {
    if (found === undefined) throw new Error('nothing was found')
    const [first, second] = found.trace.spans
    if (first === undefined || second === undefined) throw new Error('spans are missing')
    const one = { ...found, isCut: false, trace: { ...found.trace, spans: [first] } }
    const other = {
      ...found,
      match: { ...found.match, durationMs: 5 },
      trace: { ...found.trace, spans: [first, second] },
    }
    const merged = mergeFound(one, other)
    expect(merged.trace.spans).toEqual([first, second])
    expect(merged).toMatchObject({ isCut: true, match: { durationMs: 1010 } })
  })

  it.each([
    [{ traces: [{ traceID: 'zz' }] }, 'traceID should be 1 to 32 hex digits'],
    [{ traces: [{ traceID: 'ab', spanSets: [] }] }, 'a span set with spans'],
    [
      { traces: [{ traceID: 'ab', spanSets: [{ spans: [{ spanID: 'XY' }] }] }] },
      'spanID should be 1 to 16 hex digits',
    ],
    [
      { traces: [{ traceID: 'ab', spanSets: [{ spans: [{ spanID: 'a', startTimeUnixNano: -1 }] }] }] },
      'nanoseconds',
    ],
    [
      {
        traces: [
          {
            traceID: 'ab',
            spanSets: [{ spans: [{ spanID: 'a', attributes: [{ key: 'x', value: { intValue: 'y' } }] }] }],
          },
        ],
      },
      'value should be an integer',
    ],
    [{ other: true }, 'an answer of Tempo'],
  ])('are refused from %j', (body, why) => {
    expect(() => decodeFoundTraces(body, plan)).toThrow(why)
  })

  it('throw nothing but SourceError, whatever the answer', () => {
    const key = fc.constantFrom(
      'traceID',
      'spanSets',
      'spans',
      'spanID',
      'matched',
      'attributes',
      'key',
      'value',
      'stringValue',
      'intValue',
      'doubleValue',
      'arrayValue',
      'values',
    )
    const { body } = fc.letrec<{ body: unknown }>((tie) => ({
      body: fc.oneof(
        { maxDepth: 8 },
        fc.constantFrom<unknown>('ab', 1, -1, true, null, 'NaN', '18446744073709551615', {}),
        fc.array(tie('body'), { maxLength: 3 }),
        fc.dictionary(key, tie('body'), { maxKeys: 4 }),
      ),
    }))
    fc.assert(
      fc.property(fc.array(body, { maxLength: 3 }), (traces) => {
        try {
          expect(decodeFoundTraces({ traces }, plan).size).toBeLessThanOrEqual(traces.length)
        } catch (error) {
          expect(error).toBeInstanceOf(SourceError)
        }
      }),
      { numRuns: 500 },
    )
  })
})
