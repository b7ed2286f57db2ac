import { describe, expect, it } from 'vitest'
import { createRecentIds } from './recent-ids.js'

describe('createRecentIds', () => {
  it('keeps the last ids within its memory, and says when it forgot one', () => {
    const ids = createRecentIds(1000)
    for (let id = 0; id < 10; id += 1) ids.add(String(id))
    expect([ids.has('0'), ids.has('9'), ids.hasForgotten, ids.bytes]).toEqual([true, true, false, 1000])
    ids.add('10')
    expect([ids.has('0'), ids.has('5'), ids.has('10'), ids.hasForgotten]).toEqual([false, true, true, true])
    for (let id = 11; id < 1000; id += 1) {
      ids.add(String(id))
      expect(ids.bytes).toBeLessThanOrEqual(1000)
    }
  })
})
