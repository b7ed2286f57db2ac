import { describe, expect, it } from 'vitest'
import { createTurns } from './turns.js'

/** Work that ends when it is told to. */
function hold() {
  let end: (error?: Error) => void = () => undefined
  const done = new Promise<void>((resolve, reject) => (end = (error) => (error ? reject(error) : resolve())))
  return { done, end: (error?: Error) => end(error) }
}

/** Everything that can run has run. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('turns', () => {
  it('are taken by so many at a time, in order', async () => {
    const turns = createTurns(2)
    const works = [hold(), hold(), hold()]
    const begun: number[] = []
    const results = works.map(({ done }, index) =>
      turns(async () => {
        begun.push(index)
        await done
        return index
      }),
    )
    await settled()
    expect(begun).toEqual([0, 1])
    works[1]?.end()
    await results[1]
    await settled()
    expect(begun).toEqual([0, 1, 2])
    for (const work of works) work.end()
    expect(await Promise.all(results)).toEqual([0, 1, 2])
  })

  it('are given on by work that fails', async () => {
    const turns = createTurns(1)
    const failing = hold()
    const first = turns(() => failing.done)
    const second = turns(async () => 'done')
    failing.end(new Error('it broke'))
    await expect(first).rejects.toThrow('it broke')
    expect(await second).toBe('done')
  })
})
