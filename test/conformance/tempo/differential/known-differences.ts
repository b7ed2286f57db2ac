import type { SmallAttributes, SmallSpan } from './small-trace.js'

/** A query that a real Tempo answers otherwise than we do, on the smallest trace that shows it. */
export interface KnownDifference {
  /** Why, as docs/traceql-differences.md has it. */
  readonly cause: string
  readonly spans: readonly SmallSpan[]
  readonly query: string
  /**
   * The names of the spans that are found, one span set after another; for a metrics query the series, each with its one
   * value; `fails`, or `nothing`.
   */
  readonly tempo: string
  readonly here: string
}

const named = (name: string, attributes: SmallAttributes = {}, parent?: string): SmallSpan =>
  parent === undefined ? { name, attributes } : { name, attributes, parent }

const alone = (attributes: SmallAttributes = {}): readonly SmallSpan[] => [named('a', attributes)]
const family = (child: SmallAttributes = {}): readonly SmallSpan[] => [named('a'), named('b', child, 'a')]
const withOrphan = [named('a'), named('b', {}, 'never sent')]
const withEvents = (...events: readonly SmallAttributes[]): readonly SmallSpan[] => [
  { name: 'a', attributes: { tries: 0n }, events },
]
/** `b` and `c` are siblings, and `d` is below `c`. */
const forked = [
  named('a'),
  named('b', { upper: true }, 'a'),
  named('c', { upper: true }, 'a'),
  named('d', { lower: true }, 'c'),
]

type Case = readonly [spans: readonly SmallSpan[], query: string, tempo: string, here: string]

const because = (cause: string, ...cases: readonly Case[]): readonly KnownDifference[] =>
  cases.map(([spans, query, tempo, here]) => ({ cause, spans, query, tempo, here }))

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  ...because(
    '`{ }` beside a structural operator reads only spans that a root leads to',
    [withOrphan, '{ name = "none" } !> { }', 'a', 'a b'],
    [withOrphan, '{ name = "none" } > { name = "none" } || { }', 'a', 'a b'],
  ),
  ...because(
    '`&>>` and `&<<` lose spans where two of the upper side are not one above the other',
    [forked, '{ span.upper = true } &>> { span.lower = true }', 'c', 'c d'],
    [forked, '{ span.lower = true } &<< { span.upper = true }', 'c', 'c d'],
  ),
  ...because('a structural operator after `by()` melts the groups', [
    [named('a', { group: 'x' }), named('b', { group: 'y' }, 'a')],
    '{ name != "z" } | by(span.group) | { name = "none" } !> { name != "z" }',
    'a b',
    'a | b',
  ]),
  ...because(
    'of several events or links the first decides, unless all is joined with `&&` and storage can tell',
    [withEvents({ reason: 't' }, { reason: 'r' }), '{ event.reason = "r" && .tries = 0 }', 'nothing', 'a'],
    [withEvents({ reason: 't' }, { reason: 'r' }), '{ event.reason = "r" || span.none = 1 }', 'nothing', 'a'],
    [
      withEvents({ reason: 't' }, { reason: 'r' }),
      '{ event.reason = "r" } && { name = "a" }',
      'nothing',
      'a',
    ],
    [withEvents({ reason: 't' }, { reason: 'r' }), '{ event.reason = "r" } | count() > 0', 'nothing', 'a'],
    [
      withEvents({ reason: 't', code: 1n }, { reason: 'r', code: 1n }),
      '{ event.reason = "r" && event.code = 1 }',
      'nothing',
      'a',
    ],
  ),
  ...because(
    'a span without events or links has `""` or 0 there, beside a field or in arithmetic',
    [alone(), '{ event:name != name }', 'a', 'nothing'],
    [alone(), '{ duration > event:timeSinceStart }', 'a', 'nothing'],
    [alone(), '{ (link:traceID != "x" || span.none = 1) && name = "a" }', 'a', 'nothing'],
  ),
  ...because(
    '`= nil` beside another condition on the same name makes a missing value the text "nil", or finds nothing',
    [alone(), '{ span.x = nil && (span.x !~ "a" || span.none = 1) }', 'a', 'nothing'],
    [alone(), '{ (span.x = nil || span.none = 1) && span.x != nil }', 'a', 'nothing'],
    [alone(), '{ span.x = nil || span.x % 3 > 1 }', 'nothing', 'a'],
    [alone(), '{ span.x = nil } | by(span.x)', 'nothing', 'a'],
    [alone(), '{ span.x = nil } | rate() by (name, span.x)', 'name="a", span.x="nil": 1', 'name="a": 1'],
  ),
  ...because('an unscoped name `= nil` asks span and resource each by itself', [
    alone({ x: 'own' }),
    '{ .x = nil }',
    'a',
    'nothing',
  ]),
  ...because(
    'a missing value of a dedicated column is the text "nil"',
    [
      [named('a'), named('b', { 'http.method': 'GET' }, 'a')],
      '{ span.http.method != "GET" } || { span.http.method = "GET" }',
      'a b',
      'b',
    ],
    [
      alone(),
      '{ name = "a" } | rate() by (name, span.http.method)',
      'name="a", span.http.method="nil": 1',
      'name="a": 1',
    ],
  ),
  ...because(
    'numbers of nested sets that storage did not read are 0',
    [family(), '{ (nestedSetRight = 0 || span.none = 1) && name != "z" }', 'a b', 'nothing'],
    [
      [...family(), named('c', {}, 'b')],
      '{ nestedSetRight > 2 && nestedSetLeft > 1 } | rate() by (name)',
      'nothing',
      'name="b": 1; name="c": 1',
    ],
  ),
  ...because(
    'a condition is sent to storage as if nothing stood around it',
    [alone({ x: 1n }), '{ !(span.x = 2) }', 'nothing', 'a'],
    [alone({ x: 2n }), '{ (span.x = 1) = false }', 'nothing', 'a'],
    [alone({ x: 2n }), '{ 1 < span.x }', 'nothing', 'a'],
    [alone(), '{ true || span.x = 1 }', 'nothing', 'a'],
    [alone({ flag: true }), '{ span.flag || span.none = 1 }', 'nothing', 'a'],
  ),
  ...because('a literal is compared with values of its own type only', [
    alone({ x: 1.5 }),
    '{ span.x > 1 }',
    'nothing',
    'a',
  ]),
  ...because(
    'an array: only the elements that satisfy a condition are read, and some operators then fail',
    [alone({ tags: ['red', 'green'] }), '{ span.tags != "red" }', 'a', 'nothing'],
    [
      [named('a', { tags: ['red', 'red'] }), named('b', { tags: 'red' }, 'a')],
      '{ span.tags !~ "z.*" }',
      'fails',
      'a b',
    ],
    [alone({ codes: [1n, 2n] }), '{ name = "a" } | sum(span.codes) != 2', 'a', 'nothing'],
  ),
  ...because('an average of negative integers is huge', [
    alone({ x: -1n }),
    '{ name = "a" } | avg(span.x) < 0',
    'nothing',
    'a',
  ]),
  ...because(
    'what comes after `select()` sees only what the filters before it read',
    [alone(), '{ name = "a" } | select(span.x) | avg(duration) > 0s', 'nothing', 'a'],
    [alone({ y: 1n }), '{ name = "a" } | select(span.x) | { span.y = 1 }', 'nothing', 'a'],
  ),
  ...because(
    'a pipeline that begins with no filter reads only spans that its stages ask for',
    [alone(), 'by(span.x)', 'nothing', 'a'],
    [[named('a', { x: 1n }), named('b', {}, 'a')], 'max(span.x) > 0', 'a', 'a b'],
    [alone(), 'select(span.x) | { name = "a" }', 'nothing', 'a'],
    [family(), 'count() > 1 | { name = "a" }', 'nothing', 'a'],
  ),
  ...because(
    'unary `-` and `!` on a missing value fail the query',
    [alone(), '{ !span.flag || name = "a" }', 'fails', 'nothing'],
    [alone(), '{ -span.x < 0 || name = "a" }', 'fails', 'a'],
  ),
  ...because(
    'both sides of `&&` and `||` are evaluated, also where the first decides',
    [alone({ x: 1n }), '{ span.x = 2 && span.x / 0 = 1 }', 'fails', 'nothing'],
    [alone({ x: 1n }), '{ span.x = 1 || span.x / 0 = 1 }', 'fails', 'a'],
  ),
  ...because(
    'metrics pass over a filter that compares intrinsics with anything but literals',
    [family(), '{ name = rootName } | rate() by (name)', 'name="a": 1; name="b": 1', 'name="a": 1'],
    [alone(), '{ duration * 2 > 50ms } | rate()', '__name__="rate": 1', '__name__="rate": 0'],
  ),
  ...because(
    'metrics have of a field only the values that a condition on it asks for',
    [
      alone({ x: 2n, y: 1n }),
      '{ span.x = 1 || span.y = 1 } | rate() by (span.x)',
      'span.x="nil": 1',
      'span.x=int 2: 1',
    ],
    [
      alone({ y: 1n }),
      '{ duration > 1h || span.y = 1 } | max_over_time(duration)',
      '__name__="max_over_time": 0',
      '__name__="max_over_time": 0.001',
    ],
  ),
  ...because('a sum over spans that lack the field loses what was summed so far', [
    [named('a', { x: 1n }), named('b', {}, 'a')],
    '{ name != "z" } | sum_over_time(span.x)',
    'nothing',
    '__name__="sum_over_time": 1',
  ]),
  ...because('`{ false }` beside another query takes all spans', [
    alone(),
    '({ false } | rate()) + ({ name = "a" } | rate())',
    '__name__="(rate + rate)": 2',
    'nothing',
  ]),
  ...because('arithmetic matches series only if their labels were named in one order', [
    alone({ x: 1n }),
    '({ } | rate() by (name, span.x)) + ({ } | rate() by (span.x, name))',
    'nothing',
    'name="a", span.x=int 1: 2',
  ]),
]
