import fc from 'fast-check'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createFaultyDriver } from '../../../test/store-contract/faulty-driver.js'
import { T0 } from '../../../test/store-contract/samples.js'
import { describeEachDriver } from '../../../test/store-contract/sqlite-drivers.js'
import { anyStep, lookAt, type StoreStep } from '../../../test/store-contract/store-steps.js'
import { createTestClock } from '../../../test/test-clock.js'
import { MINUTE_MS } from '../../model/time.js'
import { createMemoryStore } from '../memory-store.js'
import { openSqliteStore } from './sqlite-store.js'

/** More by hand. */
const RUNS = Number(process.env['STORE_RUNS'] ?? 60)
const LIMITS = {
  outboxEntries: 6,
  outboxChars: 200,
  deliveredEntries: 2,
  queuedMs: 12,
  deliveredMs: 6,
  deadMs: 9,
  toldTraces: 4,
  activeAlerts: 3,
  notices: 3,
  silences: 3,
  silenceMs: 4,
  snapshots: 2,
  snapshotBytes: 4,
}

/** What happens to the disk, and to the process. */
const EVENTS = ['reopen', 'refuse', 'forget', 'gone', 'well', 'wait'] as const

type Event = (typeof EVENTS)[number]
type Step = StoreStep | Event

describeEachDriver((plainDriver) => {
  async function compare(steps: readonly Step[], folder: string): Promise<void> {
    const [clock, driver] = [createTestClock(T0), createFaultyDriver(plainDriver)]
    const open = () => openSqliteStore({ folder, clock, driver, limits: LIMITS })
    const model = createMemoryStore({ limits: LIMITS })
    let store = await open()
    for (const step of steps) {
      if (step === 'reopen') {
        driver.fault = undefined
        await store.close()
        store = await open()
      } else if (step === 'well') driver.fault = undefined
      else if (step === 'wait') await clock.advance(MINUTE_MS)
      else if (typeof step === 'string') driver.fault = { how: step, kind: 'io' }
      else expect([step.name, await step.run(store)]).toEqual([step.name, await step.run(model)])
      expect(await lookAt(store)).toEqual(await lookAt(model))
    }
    driver.fault = undefined
    await store.close()
    const last = await open()
    expect(await lookAt(last)).toEqual(await lookAt(model))
    await last.close()
  }

  it(
    'is the same as a store in memory, whatever happens to the disk',
    async () => {
      const steps = fc.array(fc.oneof({ arbitrary: anyStep, weight: 3 }, fc.constantFrom(...EVENTS)), {
        maxLength: 40,
      })
      const outcome = await fc.check(
        fc.asyncProperty(steps, async (each) => {
          const folder = await mkdtemp(join(tmpdir(), 'tracebell-store-'))
          await compare(each, folder)
          await rm(folder, { recursive: true, force: true })
        }),
        { numRuns: RUNS },
      )
      expect(fc.defaultReportMessage(outcome)).toBeUndefined()
    },
    RUNS * 1000,
  )
})
