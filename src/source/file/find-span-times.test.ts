import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { findSpanTimes, findSteadyTimes } from './find-span-times.js'
import { lineOf, writeTemporary } from '../../../test/otlp-lines.js'

const { signal } = new AbortController()
const timesOf = async (content: string | Uint8Array) =>
  findSpanTimes(await writeTemporary('a', content), { signal })

describe('findSpanTimes', () => {
  it.each([
    ['one span', lineOf({ traceId: 1, spanId: 1, startMs: 1000, durationMs: 50 }), 1000, 1050],
    [
      'several lines, in any order',
      [3000, 1000, 2000].map((startMs) => lineOf({ traceId: 1, spanId: startMs, startMs })).join('\n'),
      1000,
      3005,
    ],
    ['numbers and spaces', '{"startTimeUnixNano": 5000000 , "endTimeUnixNano" : 6500000}', 5, 7],
    ['a time of zero, which is none', '{"startTimeUnixNano":"0","endTimeUnixNano":"7000000"}', 7, 7],
    [
      'an escaped text that looks like a time',
      `{"startTimeUnixNano":"9000000","x":${JSON.stringify('"endTimeUnixNano":"99000000"')}}`,
      9,
      9,
    ],
  ])('finds first and last moment of %s', async (_, content, first, last) => {
    expect(await timesOf(content)).toEqual({ start: first - 1, end: last + 1 })
  })

  it('finds none where there is no span', async () => {
    expect(await timesOf('{}\nno JSON\n')).toBeUndefined()
  })

  it('goes by what there is of a file that is cut off', async () => {
    const lines = Array.from({ length: 3000 }, (_, at) =>
      lineOf({ traceId: at + 1, spanId: ((at * 7919) % 100_003) + 1, startMs: 1000 + at }),
    )
    const zipped = gzipSync(lines.join('\n'))
    const times = await timesOf(zipped.subarray(0, zipped.length - 1000))
    expect(times?.start).toBe(999)
    expect(times?.end).toBeGreaterThan(2000)
    expect(times?.end).toBeLessThan(4005)
  })

  it('refuses what cannot be read at all', async () => {
    await expect(findSpanTimes('/no/such', { signal })).rejects.toThrow('/no/such: no such file')
    await expect(timesOf('')).rejects.toThrow('the file is empty')
  })
})

describe('findSteadyTimes', () => {
  const steadyOf = async (lines: readonly string[]) =>
    findSteadyTimes(await writeTemporary('a', lines.join('\n')), { signal })
  const usual = Array.from({ length: 50 }, (_, at) =>
    lineOf({ traceId: at + 1, spanId: 1, startMs: 1000 + at }),
  )
  const ahead = lineOf({ traceId: 99, spanId: 1, startMs: 1e12 })

  it('leaves out the time of a clock that is wrong', async () => {
    for (const index of [0, 25, 50]) {
      expect(await steadyOf(usual.toSpliced(index, 0, ahead))).toEqual({ start: 999, end: 1055 })
    }
  })

  it('finds what stands alone, and nothing where there is no span', async () => {
    expect(await steadyOf([ahead])).toEqual({ start: 1e12 - 1, end: 1e12 + 6 })
    expect(await steadyOf(['{}'])).toBeUndefined()
  })
})
