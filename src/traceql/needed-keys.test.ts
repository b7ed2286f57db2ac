import { expect, it } from 'vitest'
import { check } from './check.js'
import { compile } from './compile.js'
import { parse } from './parse.js'

it.each([
  ['{ span.a = 1 }', ['a']],
  ['{ span.a != "x" && 2 < span.b }', ['a', 'b']],
  ['{ span.a != nil && span.b = nil }', ['a']],
  ['{ span.a !~ "x.*" }', ['a']],
  ['{ span.a }', ['a']],
  ['{ span.a = 1 || span.b = 1 }', []],
  ['{ .a = 1 && resource.b = 1 && event.d = 1 }', []],
  ['{ span.a * 2 > 1 && span.b = span.c }', []],
  // The expression may be too large for a name that is long, of which nobody must be kept from hearing.
  ['{ span.a = 1 && span.b =~ "x.*" && span.c = 1 }', ['a', 'b']],
])('%s can hold of no span without %j', (text, keys) => {
  const program = compile(check(parse(text)))
  if (program.kind !== 'search') throw new Error('expected a search')
  expect(program.selection.hints?.flatMap(({ neededKeys }) => neededKeys) ?? []).toEqual(keys)
})
