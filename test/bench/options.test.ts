import { describe, expect, it } from 'vitest'
import { parseOptions } from '../../bench/options.js'

describe('the command line of the benchmarks', () => {
  it('asks for all of them where it names none', () => {
    const options = parseOptions([])
    expect(options).toEqual({ groups: ['ingest', 'search', 'memory'], quick: false, profiles: undefined })
  })

  it('asks for those it names', () => {
    expect(parseOptions(['memory', '--quick'])).toMatchObject({ groups: ['memory'], quick: true })
  })

  it.each([
    [['speed'], 'speed'],
    [['--fast'], '--fast'],
  ])('refuses %j, which it does not know', (args, named) => {
    expect(() => parseOptions(args)).toThrow(named)
  })
})
