import { expect, it } from 'vitest'
import { createTestClock } from '../test/test-clock.js'
import { createTestLogger } from '../test/test-logger.js'
import { createRefusalLog } from './delivery-refusals.js'

it('tells of targets that there was no room for, and counts those between two lines', async () => {
  const [clock, logger] = [createTestClock(), createTestLogger()]
  const tell = createRefusalLog({ clock, logger })
  tell([])
  tell(['a'])
  tell(['b', 'c'])
  await clock.advance(10_000)
  tell(['d'])
  expect(logger.lines).toMatchObject([
    ['error', expect.any(String), { targets: 'a', others: 0 }],
    ['error', expect.any(String), { targets: 'd', others: 2 }],
  ])
})
