import { describe, expect, it } from 'vitest'
import { lastCommitOf } from '../../../test/store-contract/crash/counted-commit.js'
import { killWriter } from '../../../test/store-contract/crash/kill-writer.js'
import { describeEachDriver, makeDataFolder } from '../../../test/store-contract/sqlite-drivers.js'
import { createSystemClock } from '../../system-clock.js'
import { openSqliteStore } from './sqlite-store.js'

/** How often a writer is killed, for each driver; more by hand. */
const KILLS = Number(process.env['STORE_KILLS'] ?? 10)
/**
 * Other Nodes that take turns with this one on the same file, as `/path/to/node driver` with commas between them: by hand,
 * as one run of the tests has one Node.
 */
const OTHERS = (process.env['STORE_NODES'] ?? '').split(',').filter((other) => other !== '')
const MOST_COMMITS = 150
const PATIENCE_MS = 60_000 + KILLS * 5000

describeEachDriver((driver) =>
  describe('a process that is killed while it commits', () => {
    const writers = [`${process.execPath} ${driver.name}`, ...OTHERS].map((text) => text.split(' '))

    it(
      'loses nothing of which it said that it had happened, and leaves nothing by half',
      async () => {
        const folder = await makeDataFolder()
        let last = 0
        for (let kill = 0; kill < KILLS; kill += 1) {
          const [node = '', name = ''] = writers[kill % writers.length] ?? []
          const after = 1 + Math.floor(Math.random() * MOST_COMMITS)
          const { found, acknowledged } = await killWriter({ node, folder, driver: name, after })
          // One more may have happened of which there was no time to say so.
          expect([last, last + 1]).toContain(found)
          expect(acknowledged).toBeGreaterThanOrEqual(found + after - 1)
          last = acknowledged
        }
        const store = await openSqliteStore({
          folder,
          driver,
          clock: createSystemClock({ keepAlive: false }),
        })
        expect([last, last + 1]).toContain(await lastCommitOf(store))
        expect(store.health()).toMatchObject({ durable: true, setAside: undefined, unreadableRows: 0 })
        await store.close()
      },
      PATIENCE_MS,
    )

    it('keeps others out while it lives', async () => {
      const folder = await makeDataFolder()
      const clock = createSystemClock({ keepAlive: false })
      const [node = '', name = ''] = writers[0] ?? []
      const meanwhile = () =>
        expect(openSqliteStore({ folder, driver, clock })).rejects.toMatchObject({ kind: 'in-use' })
      await killWriter({ node, folder, driver: name, after: 1, meanwhile })
      const store = await openSqliteStore({ folder, driver, clock })
      await store.close()
      expect(store.health()).toMatchObject({ setAside: undefined, unreadableRows: 0 })
    })
  }),
)
