import { describe, expect, it } from 'vitest'
import type { Finding } from '../../../src/model/finding.js'
import { createAnomalyRule } from '../anomaly-rule.js'
import { runShop, type ShopRun } from './run-shop.js'

const TICK_MS = 10_000
const LEARNING_TICKS = 30
/** A fault must be found within so many ticks. */
const QUICK_TICKS = 6
const LASTING_TICKS = 12
const FOREVER = new AbortController().signal
const RULE = createAnomalyRule()

/** Lets so many ticks go by, and answers what was found at the end of each. */
async function watch(shop: ShopRun, ticks: number): Promise<(Finding | undefined)[]> {
  const found: (Finding | undefined)[] = []
  for (let tick = 0; tick < ticks; tick += 1) {
    await shop.clock.advance(TICK_MS)
    shop.receive()
    const [measured] = await shop.here.measure([RULE], shop.clock.now(), FOREVER)
    if (measured === undefined || measured instanceof Error)
      throw new Error('nothing was measured', { cause: measured })
    found.push(measured.samples[0]?.finding)
  }
  return found
}

interface Watched {
  readonly before: readonly (Finding | undefined)[]
  readonly after: readonly (Finding | undefined)[]
}

/** What is found before and after a fault. */
async function watchFault(faults: string): Promise<Watched> {
  const shop = runShop(7)
  try {
    const before = await watch(shop, LEARNING_TICKS)
    shop.setFaults(faults)
    return { before, after: await watch(shop, LASTING_TICKS) }
  } finally {
    await shop.stop()
  }
}

const isFound = (found: Finding | undefined): boolean => found !== undefined

describe('the shop of the demo', () => {
  it.each<[string, string, Finding['signal']]>([
    ['fault=error-burst', 'payment', 'errors'],
    ['fault=timeout', 'payment', 'latency'],
    ['fault=n-plus-one', 'inventory', 'calls'],
    ['fault=bad-version', 'inventory', 'errors'],
    ['fault=missing-call', 'checkout', 'calls'],
    ['slow=1500', 'checkout', 'latency'],
    ['errors=0.33', 'inventory', 'errors'],
  ])('is quiet until %s, which is found within a minute: %s is to blame', async (faults, service, signal) => {
    const { before, after } = await watchFault(faults)
    expect(before.filter(isFound)).toEqual([])
    expect(after.slice(0, QUICK_TICKS).some(isFound)).toBe(true)
    expect(after.at(-1)).toMatchObject({ service, signal })
    expect(after.at(-1)?.traces.length).toBeGreaterThan(0)
  })

  it('is quiet until charges are tried again and again, which is found within a minute', async () => {
    const { before, after } = await watchFault('fault=retry-storm')
    expect(before.filter(isFound)).toEqual([])
    expect(after.slice(0, QUICK_TICKS).some(isFound)).toBe(true)
  })

  it('blames the payment for a storm of retries', async () => {
    const { after } = await watchFault('fault=retry-storm')
    expect(after.at(-1)).toMatchObject({ service: 'payment' })
  })

  it('has a bad version on one instance, which is named', async () => {
    const { after } = await watchFault('fault=bad-version')
    expect(after.at(-1)?.evidence.join('\n')).toContain('service.version=1.5.0')
  })

  it('refuses faults that it does not know', async () => {
    const shop = runShop(1)
    try {
      expect(() => shop.setFaults('fault=n-plus-two')).toThrow('fault: expected one of error-burst')
    } finally {
      await shop.stop()
    }
  })
})
