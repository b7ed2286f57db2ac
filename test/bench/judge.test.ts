import { afterEach, describe, expect, it, vi } from 'vitest'
import { WrongAnswer, type Benchmark, type BenchContext } from '../../bench/benchmark.js'
import { judge } from '../../bench/judge.js'

const CONTEXT: BenchContext = { quick: false, profiles: undefined, say: () => {} }

function benchmark(parts: Partial<Benchmark> = {}): Benchmark {
  return {
    name: 'speed',
    group: 'search',
    unit: 'ms',
    ratioOf: 'peer / ours',
    aim: { atLeast: 5 },
    peer: 'tempo',
    needsBytes: 0,
    measure: () => Promise.resolve([{ ours: 2, peer: 10, ratio: 5, details: {} }]),
    ...parts,
  }
}

/** Any file that may be executed stands for a peer that is there. */
const isThere = (): void => void vi.stubEnv('TEMPO_BIN', process.execPath)

afterEach(() => vi.unstubAllEnvs())

describe('the verdict on a benchmark', () => {
  it.each([
    [{ atLeast: 5 }, 5, 'met'],
    [{ atLeast: 5 }, 4.99, 'missed'],
    [{ atMost: 0.25 }, 0.25, 'met'],
    [{ atMost: 0.25 }, 0.26, 'missed'],
  ] as const)('with the aim %o and the ratio %d is %s', async (aim, ratio, verdict) => {
    isThere()
    const measure = () => Promise.resolve([{ ours: 1, peer: 1, ratio, details: {} }])
    expect(await judge(benchmark({ aim, measure }), CONTEXT)).toMatchObject([{ verdict }])
  })

  it('is incomplete without its peer, which it names with the variable', async () => {
    vi.stubEnv('TEMPO_BIN', '/nowhere/tempo')
    const [result] = await judge(benchmark(), CONTEXT)
    expect(result).toMatchObject({ verdict: 'incomplete' })
    expect(result?.reason).toMatch(/no tempo .*TEMPO_BIN/)
  })

  it('is incomplete on a machine that is too small, which it says', async () => {
    isThere()
    const [result] = await judge(benchmark({ needsBytes: Number.MAX_SAFE_INTEGER }), CONTEXT)
    expect(result).toMatchObject({ verdict: 'incomplete' })
    expect(result?.reason).toMatch(/too small|\/proc/)
  })

  it('is incomplete after a failure, and a miss after a wrong answer', async () => {
    isThere()
    const failing = benchmark({ measure: () => Promise.reject(new Error('no port')) })
    const wrong = benchmark({ measure: () => Promise.reject(new WrongAnswer('3 of 4 traces')) })
    expect(await judge(failing, CONTEXT)).toMatchObject([{ verdict: 'incomplete', reason: 'no port' }])
    expect(await judge(wrong, CONTEXT)).toMatchObject([{ verdict: 'missed', reason: '3 of 4 traces' }])
  })

  it('is incomplete after a quick run, whatever it measured', async () => {
    isThere()
    const [result] = await judge(benchmark(), { ...CONTEXT, quick: true })
    expect(result).toMatchObject({ verdict: 'incomplete', figures: { ratio: 5 } })
  })
})
