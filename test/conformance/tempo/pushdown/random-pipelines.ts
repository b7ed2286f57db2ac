import fc from 'fast-check'
import { randomCondition } from './random-conditions.js'

type Text = fc.Arbitrary<string>

const oneOf = (...words: readonly string[]): Text => fc.constantFrom(...words)
const words = (...parts: readonly Text[]): Text => fc.tuple(...parts).map((all) => all.join(' '))

const filter: Text = fc.oneof(
  {
    weight: 3,
    arbitrary: oneOf(
      '{ status = error }',
      '{ kind = server }',
      '{ name = "charge" }',
      '{ }',
      '{ duration > 1ms }',
    ),
  },
  { weight: 4, arbitrary: randomCondition.map((condition) => `{ ${condition} }`) },
  {
    weight: 1,
    arbitrary: oneOf(
      '{ traceDuration > 1s }',
      '{ rootName = "charge" }',
      '{ nestedSetParent < 0 }',
      '{ nestedSetParent != 1 }',
    ),
  },
)

const OPERATORS = oneOf(
  '>',
  '>>',
  '<',
  '<<',
  '~',
  '!>',
  '!>>',
  '!<',
  '!<<',
  '!~',
  '&>',
  '&>>',
  '&<',
  '&<<',
  '&~',
  '&&',
  '||',
)

const { spansets } = fc.letrec<{ spansets: string }>((tie) => ({
  spansets: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'spansets' },
    { weight: 2, arbitrary: filter },
    { weight: 2, arbitrary: words(tie('spansets'), OPERATORS, tie('spansets')).map((it) => `(${it})`) },
  ),
}))

const ORDER = oneOf('=', '!=', '<', '<=', '>', '>=')

const aggregate = fc.oneof(
  words(oneOf('count()'), ORDER, oneOf('1', '2', '3')),
  words(
    oneOf('avg(duration)', 'max(duration)', 'min(duration)', 'sum(duration)'),
    ORDER,
    oneOf('1ms', '80ms', '1s'),
  ),
  words(
    oneOf('avg', 'max', 'min', 'sum').chain((name) =>
      oneOf('span.y', 'span.http.status_code', '.y', 'span.x').map((field) => `${name}(${field})`),
    ),
    ORDER,
    oneOf('1', '4', '4.0', '404'),
  ),
)

const group = oneOf(
  'span.x',
  'span.http.method',
  'name',
  'resource.service.name',
  'status',
  'span.y > 1',
).map((field) => `by(${field})`)

const piped = (...stages: readonly Text[]): Text => fc.tuple(...stages).map((all) => all.join(' | '))

/** Searches that bend Tempo's answers by more than one span: trees, aggregates, and what comes after these. */
export const randomPipeline: Text = fc.oneof(
  { weight: 4, arbitrary: spansets },
  { weight: 3, arbitrary: piped(spansets, aggregate) },
  { weight: 2, arbitrary: piped(spansets, group, aggregate) },
  { weight: 1, arbitrary: piped(spansets, aggregate, filter) },
  { weight: 1, arbitrary: piped(aggregate) },
  { weight: 1, arbitrary: piped(spansets, filter, aggregate) },
  { weight: 1, arbitrary: piped(spansets, group, oneOf('coalesce()'), aggregate) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(spansets, aggregate, OPERATORS, spansets)
      .map(([left, test, operator, right]) => `(${left} | ${test}) ${operator} (${right})`),
  },
)
