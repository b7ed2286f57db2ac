import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NotationError } from './notation-error.js'
import { parseDurationNano } from './parse-duration-nano.js'
import { parseTrace, type SketchedSpan } from './trace-notation.js'

const MS = 1_000_000n

/** `service name kind start-end parent`, in milliseconds. */
function show({ service, name, kind, startNano, endNano, parent }: SketchedSpan): string {
  return `${service} ${name} ${kind} ${startNano / MS}-${endNano / MS} ${parent ?? 'root'}`
}

function faultOf(text: string): string {
  try {
    parseTrace(text)
    return 'none'
  } catch (error) {
    if (!(error instanceof NotationError)) throw error
    return `${error.at}: ${error.message}`
  }
}

describe('a trace that is written down', () => {
  it.each([
    ['one span', 'web GET', ['web GET server 0-100 root']],
    ['a name in quotes', 'web "GET /a b"', ['web GET /a b server 0-100 root']],
    [
      'quotes in a name',
      String.raw`web "say \"hi\" \\ now"`,
      [String.raw`web say "hi" \ now server 0-100 root`],
    ],
    ['a duration', 'web GET 1.5s', ['web GET server 0-1500 root']],
    [
      'a child that lasts as long as its parent',
      'web GET 80ms\n  db SELECT',
      ['web GET server 0-80 root', 'db SELECT internal 0-80 0'],
    ],
    [
      'a child that starts later',
      'web GET 80ms\n  db SELECT +30ms client',
      ['web GET server 0-80 root', 'db SELECT client 30-80 0'],
    ],
    [
      'a child that goes on after its parent',
      'web GET 80ms\n  db SELECT 90ms +90ms\n    x y',
      ['web GET server 0-80 root', 'db SELECT internal 90-180 0', 'x y internal 90-180 1'],
    ],
    [
      'a family',
      'a 1\n  b 2\n    c 3\n  d 4\ne 5\n  f 6',
      [
        'a 1 server 0-100 root',
        'b 2 internal 0-100 0',
        'c 3 internal 0-100 1',
        'd 4 internal 0-100 0',
        'e 5 server 0-100 root',
        'f 6 internal 0-100 4',
      ],
    ],
    [
      'empty lines, comments and an indent of its own',
      '\n    # a shop\n    web GET\n\n      db SELECT\r\n',
      ['web GET server 0-100 root', 'db SELECT internal 0-100 0'],
    ],
  ])('%s', (_, text, expected) => {
    expect(parseTrace(text).map(show)).toEqual(expected)
  })

  it('has states and attributes', () => {
    const text =
      'web GET error="no card" http.status_code=500 span.x="7" y=1.5 z=true w=-3 v=abc resource.pod=p-1 orphan ok=1'
    expect(parseTrace(text)).toMatchObject([
      {
        statusCode: 'error',
        statusMessage: 'no card',
        isOrphan: true,
        attributes: new Map<string, unknown>([
          ['http.status_code', 500n],
          ['x', '7'],
          ['y', 1.5],
          ['z', true],
          ['w', -3n],
          ['v', 'abc'],
          ['ok', 1n],
        ]),
        resource: new Map([['pod', 'p-1']]),
      },
    ])
    expect(parseTrace('web GET error')[0]).toMatchObject({ statusCode: 'error', statusMessage: '' })
    expect(parseTrace('web GET ok')[0]).toMatchObject({ statusCode: 'ok' })
  })

  it.each([
    ['', '0: found no span, expected a line such as: web "GET /" 100ms'],
    ['# nothing', '0: found no span, expected a line such as: web "GET /" 100ms'],
    ['web', '0: expected a service and the name of a span first, such as: web "GET /"'],
    ['  a=b c', '2: expected a service and the name of a span first, such as: web "GET /"'],
    [
      'web GET fast',
      '8: found "fast", expected a duration, +duration, a kind, error, ok, orphan or key=value',
    ],
    ['web GET 5', '8: found "5", expected a duration, +duration, a kind, error, ok, orphan or key=value'],
    ['web GET\n  db "x', '13: found a " without an end'],
    ['web "a"b', '7: found "b", expected a blank'],
    ['web GET a=b=c', '11: found "=", expected a blank'],
    ['web GET =c', '8: expected a key before ='],
    ['web GET\n\tdb x', '8: found a tab, expected spaces'],
    [
      'a 1\n    b 2\n  c 3',
      '14: found a line that is neither below the one before nor beside an earlier one',
    ],
    ['a 1\n'.repeat(1001), '4000: more than 1000 spans in a trace'],
  ])('is refused with the place: %j', (text, fault) => {
    expect(faultOf(text)).toBe(fault)
  })

  it('is read or refused, whatever it is', () => {
    const line = fc.stringMatching(/^ {0,4}[a-c"=+\\ 0-9ms#.]*$/)
    const text = fc.oneof(
      fc.string(),
      fc.array(line).map((lines) => lines.join('\n')),
    )
    fc.assert(
      fc.property(text, (given) => {
        const fault = faultOf(given)
        return fault === 'none' || Number(fault.split(':')[0]) <= given.length
      }),
      { numRuns: 1000 },
    )
    expect(faultOf('web GET')).toBe('none')
  })
})

describe('parseDurationNano', () => {
  it.each([
    ['250ms', 250n * MS],
    ['1.5s', 1500n * MS],
    ['1m30s', 90_000n * MS],
    ['2h', 7_200_000n * MS],
    ['3us', 3000n],
    ['3µs', 3000n],
    ['7ns', 7n],
    ['0s', 0n],
    ['', undefined],
    ['5', undefined],
    ['5d', undefined],
    ['s', undefined],
    ['-1s', undefined],
    ['1s ', undefined],
    ['99999h', undefined],
  ])('%j is %s', (text, expected) => {
    expect(parseDurationNano(text)).toBe(expected)
  })
})
