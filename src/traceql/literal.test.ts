import { describe, expect, it } from 'vitest'
import { scanNumber, scanString } from './literal.js'

describe('scanString', () => {
  it.each([
    [String.raw`"a\nb"`, 'a\nb'],
    [String.raw`"\x41\101\u00e9\U0001F680"`, 'AAé🚀'],
    [String.raw`"\xc3\xa9"`, 'é'],
    [String.raw`"say \"hi\" \\"`, String.raw`say "hi" \ `.trimEnd()],
    ['`a\\d\nb`', 'a\\d\nb'],
    ['`a\rb`', 'ab'],
    ['""', ''],
  ])('reads %s', (text, value) => {
    expect(scanString(text, 0)).toEqual({ kind: 'value', value, end: text.length })
  })

  it.each([
    ['"abc', 'no closing quote', 0],
    ['"a\nb"', 'no closing quote', 0],
    ['`abc', 'no closing backquote', 0],
    [String.raw`"ab\d"`, String.raw`\d is no escape`, 3],
    [String.raw`"\'"`, String.raw`\' is no escape`, 1],
    [String.raw`"\400"`, 'no escape', 1],
    [String.raw`"\ud800"`, 'no escape', 1],
    [String.raw`"\U00110000"`, 'no escape', 1],
  ])('tells what is wrong with %s', (text, problem, at) => {
    expect(scanString(text, 0)).toMatchObject({
      kind: 'fault',
      problem: expect.stringContaining(problem),
      at,
    })
  })
})

describe('scanNumber', () => {
  it.each([
    ['007', 'int', 7n],
    ['9223372036854775807', 'int', 9_223_372_036_854_775_807n],
    ['1.', 'float', 1],
    ['.5', 'float', 0.5],
    ['1e3', 'float', 1000],
    ['1.5e-3', 'float', 0.0015],
    ['1_000.5', 'float', 1000.5],
    ['1h30m', 'duration', 5_400_000_000_000n],
  ])('reads %s', (text, type, value) => {
    expect(scanNumber(text, 0)).toEqual({ kind: 'value', value: { type, value }, end: text.length })
  })

  it.each([
    '0x1F',
    '0b1',
    '0o7',
    '08',
    '1_000',
    '9223372036854775808',
    '1e400',
    '5xx',
    '1min',
    '5s5',
    '1e3s',
  ])('does not read %s', (text) => {
    expect(scanNumber(text, 0)).toMatchObject({ kind: 'fault', at: 0 })
  })
})
