import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { alertOf, evaluationOf, T0 } from '../test/store-contract/samples.js'
import { makeDataFolder } from '../test/store-contract/sqlite-drivers.js'
import { createTestClock } from '../test/test-clock.js'
import { createTestLogger } from '../test/test-logger.js'
import { openStore } from './open-store.js'
import { findDriver } from './store/sqlite/find-driver.js'
import { createMetrics } from './telemetry/metrics.js'

describe('the store as it is opened', () => {
  it('says how many rows could not be understood, and nothing where there are none', async () => {
    const folder = await makeDataFolder()
    const logger = createTestLogger()
    const options = { folder, clock: createTestClock(T0), logger, metrics: createMetrics() }
    const first = await openStore(options)
    await first.commit(evaluationOf({ alerts: [alertOf('shop')] }))
    await first.close()
    expect(logger.lines).toEqual([])
    const database = findDriver().open(join(folder, 'tracebell.db'))
    database.exec('PRAGMA locking_mode = EXCLUSIVE')
    database.run('INSERT INTO alerts (key, body) VALUES (?, ?)', ['odd', '{}'])
    database.close()
    const second = await openStore(options)
    await second.close()
    expect(logger.lines).toEqual([
      ['error', 'Rows of the state could not be understood: they are left in the file', { rows: 1, folder }],
    ])
  })

  it('says what is lost with a file that is put aside, and what is to be done by hand', async () => {
    const folder = await makeDataFolder()
    await writeFile(join(folder, 'tracebell.db'), 'no database '.repeat(1000))
    const logger = createTestLogger()
    const store = await openStore({ folder, clock: createTestClock(T0), logger, metrics: createMetrics() })
    await store.close()
    expect(logger.lines).toEqual([
      [
        'error',
        expect.stringMatching(
          /Lost are silences, waiting messages and what was told: .*close the incidents by hand/,
        ),
        { path: expect.stringContaining('tracebell.db.corrupt-'), error: expect.any(String) },
      ],
    ])
  })
})
