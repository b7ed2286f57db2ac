import { describe, expect, it } from 'vitest'
import { createSlots } from './slots.js'

const never = new AbortController().signal

/** Work that ends when told to. */
function openWork() {
  const began: string[] = []
  const ends = new Map<string, () => void>()
  const work = (name: string) => async (): Promise<string> => {
    began.push(name)
    await new Promise<void>((resolve) => {
      ends.set(name, resolve)
    })
    return name
  }
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.()
    await new Promise(setImmediate)
  }
  return { began, work, end }
}

describe('createSlots', () => {
  it('does no more than its count at once, first come, first served', async () => {
    const slots = createSlots(2)
    const { began, work, end } = openWork()
    const all = ['a', 'b', 'c', 'd'].map((name) => slots.within(never, work(name)))
    await new Promise(setImmediate)
    expect(began).toEqual(['a', 'b'])
    await end('b')
    expect(began).toEqual(['a', 'b', 'c'])
    await end('a')
    await end('c')
    await end('d')
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd'])
    await slots.within(never, async () => began.push('e'))
    expect(began).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('frees the slot of work that fails', async () => {
    const slots = createSlots(1)
    await expect(slots.within(never, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await slots.within(never, async () => 'next')).toBe('next')
  })

  it('lets a wait be aborted, without work done or a slot lost', async () => {
    const slots = createSlots(1)
    const { began, work, end } = openWork()
    const giveUp = new AbortController()
    const first = slots.within(never, work('first'))
    const aborted = slots.within(giveUp.signal, work('aborted'))
    const last = slots.within(never, work('last'))
    giveUp.abort(new Error('enough'))
    await expect(aborted).rejects.toThrow('enough')
    await end('first')
    await end('last')
    expect(await Promise.all([first, last])).toEqual(['first', 'last'])
    expect(began).toEqual(['first', 'last'])
    await expect(slots.within(giveUp.signal, work('too late'))).rejects.toThrow('enough')
  })
})
