import fc from 'fast-check'
import { mixedSpanId } from './mixed-traces.js'

type Text = fc.Arbitrary<string>

const oneOf = (...words: readonly string[]): Text => fc.constantFrom(...words)
const words = (...parts: readonly Text[]): Text => fc.tuple(...parts).map((all) => all.join(' '))

const ORDER = oneOf('=', '!=', '<', '<=', '>', '>=')
const EQUAL = oneOf('=', '!=')
const NUMBER = oneOf('4', '5', '4.0', '4.5', '-2.5', '0', '5ns', '-3')
const TEXT = oneOf('"a"', '"b"', '"nil"', '"5"', '"zzz"')

const attribute = oneOf('span.x', 'resource.x', '.x', 'span.y', '.y', 'span.absent')
const column = oneOf('span.http.method', '.http.method', 'resource.k8s.pod.name')
const oddName = oneOf('span."a \\"quoted\\" name"', '."a \\"quoted\\" name"')

const ofAttributes = fc.oneof(
  words(attribute, ORDER, NUMBER),
  words(NUMBER, ORDER, attribute),
  words(attribute, ORDER, TEXT),
  words(TEXT, ORDER, attribute),
  words(attribute, oneOf('=~', '!~'), oneOf('"a|b"', '".*"', '"n.*"')),
  words(attribute, EQUAL, oneOf('true', 'false')),
  words(oneOf('span.flag', '.flag'), EQUAL, oneOf('true', 'false')),
  words(oneOf('span.http.status_code', '.http.status_code'), ORDER, oneOf('200', '404', '499.5', '500.0')),
  words(column, ORDER, oneOf('"GET"', '"POST"', '"pod-1"', '"nil"')),
  words(column, oneOf('=~', '!~'), oneOf('"G.*"', '"n.*|x"')),
  words(oddName, EQUAL, TEXT),
  words(fc.oneof(attribute, column, oddName), EQUAL, oneOf('nil')),
  words(
    oneOf('span.y + 1', 'span.y * 2', '-span.y', 'span.x * 2', '-(span.y + 1)', 'span.http.status_code - 1'),
    ORDER,
    oneOf('4', '8.0', '-4'),
  ),
  words(oneOf('span.y', 'duration'), ORDER, oneOf('span.http.status_code', 'resource.x')),
)

const ofIntrinsics = fc.oneof(
  words(oneOf('duration', 'span:duration'), ORDER, oneOf('1ms', '80ms', '1500000', '999.5', '1s')),
  words(oneOf('1ms', '80ms', '1500000'), ORDER, oneOf('duration')),
  words(oneOf('-duration'), ORDER, oneOf('-1ms', '-80ms')),
  words(oneOf('status'), EQUAL, oneOf('error', 'ok', 'unset')),
  words(oneOf('error', 'ok'), EQUAL, oneOf('status')),
  words(oneOf('kind'), EQUAL, oneOf('server', 'client', 'internal')),
  words(oneOf('name'), ORDER, oneOf('"charge"', '"SELECT"')),
  words(oneOf('name'), oneOf('=~', '!~'), oneOf('"GET.*"', '"charge"')),
  words(oneOf('resource.service.name', '.service.name'), EQUAL, oneOf('"shop"', '"bank"')),
  words(
    oneOf('span:id', 'span:parentID'),
    EQUAL,
    oneOf(...[0, 1, 7, 8].map((at) => JSON.stringify(mixedSpanId(0, at))), '"0000000000000000"'),
  ),
  oneOf(
    'nestedSetParent < 0',
    'span.flag',
    '!span.flag',
    'true',
    'false',
    'name != nil',
    '.service.name = nil',
  ),
)

/** Conditions that bend Tempo's answers: negated, reversed, of several types, on missing values. */
export const { condition: randomCondition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'condition' },
    { weight: 4, arbitrary: ofAttributes },
    { weight: 3, arbitrary: ofIntrinsics },
    { weight: 2, arbitrary: tie('condition').map((it) => `!(${it})`) },
    {
      weight: 3,
      arbitrary: words(tie('condition'), oneOf('&&', '||'), tie('condition')).map((it) => `(${it})`),
    },
    {
      weight: 1,
      arbitrary: words(tie('condition'), oneOf('= true', '= false', '!= true')).map(
        (it) => `(${it.replace(/^(.*) (\S+ \S+)$/, '($1) $2')})`,
      ),
    },
  ),
}))
