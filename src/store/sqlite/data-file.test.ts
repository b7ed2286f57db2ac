import { chmodSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { alertOf, evaluationOf, silenceOf, T0 } from '../../../test/store-contract/samples.js'
import { describeEachDriver, makeDataFolder } from '../../../test/store-contract/sqlite-drivers.js'
import { createTestClock } from '../../../test/test-clock.js'
import type { Store } from '../store.js'
import type { Database } from './database.js'
import { openDataDirectory } from './data-directory.js'
import { APPLICATION_ID } from './migrations.js'
import { openSqliteStore } from './sqlite-store.js'

const PAGE = 4096

describeEachDriver((driver) => {
  const fileIn = (folder: string): string => join(folder, 'tracebell.db')

  async function open(folder: string, said: string[] = []): Promise<Store> {
    const onSetAside = (path: string, error: string) => said.push(path, error)
    const store = await openSqliteStore({ folder, clock: createTestClock(T0), driver, onSetAside })
    onTestFinished(() => store.close())
    return store
  }

  /** A folder with a file that has been written and closed. */
  async function makeUsedFolder(): Promise<string> {
    const folder = await makeDataFolder()
    const store = await open(folder)
    const alerts = Array.from({ length: 200 }, (_, index) => alertOf(`service ${index}`))
    await store.commit(evaluationOf({ alerts }))
    await store.close()
    return folder
  }

  /** A file that no store has open. The statement is needed where there is no shared memory. */
  function openFile(folder: string): Database {
    const database = driver.open(fileIn(folder))
    database.exec('PRAGMA locking_mode = EXCLUSIVE')
    return database
  }

  function edit(folder: string, statement: string): void {
    const database = openFile(folder)
    database.exec(statement)
    database.close()
  }

  describe('a data directory', () => {
    it('is made, and what is in it is for nobody else to read', async () => {
      const folder = join(await makeDataFolder(), 'new/data')
      await open(folder)
      expect(statSync(folder).mode & 0o777).toBe(0o700)
      for (const file of ['tracebell.db', 'tracebell.db-wal', 'tracebell.lock'])
        expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600)
    })

    it('holds one file once the store is closed', async () => {
      expect(readdirSync(await makeUsedFolder())).toEqual(['tracebell.db'])
    })

    it('that is a file is refused', async () => {
      const folder = join(await makeDataFolder(), 'file')
      writeFileSync(folder, '')
      await expect(open(folder)).rejects.toMatchObject({ name: 'StoreError', kind: 'unusable' })
    })

    it.skipIf(process.platform !== 'linux')('is refused where no folder can be made', () => {
      expect(() => openDataDirectory('/proc/x/y')).toThrow(
        'the data directory /proc/x/y cannot be made: ENOENT',
      )
    })

    it('in which the file is a folder is refused', async () => {
      const folder = await makeDataFolder()
      openDataDirectory(join(folder, 'tracebell.db'))
      await expect(open(folder)).rejects.toThrow(`${fileIn(folder)} is not a file`)
    })

    it.skipIf(process.getuid?.() === 0)('that cannot be written is refused', async () => {
      const folder = await makeUsedFolder()
      chmodSync(fileIn(folder), 0o400)
      await expect(open(folder)).rejects.toMatchObject({ kind: 'read-only' })
    })
  })

  describe('a damaged file', () => {
    const damages: readonly (readonly [string, (file: string) => void])[] = [
      ['that is no database', (file) => writeFileSync(file, 'hello\n'.repeat(1000))],
      ['whose pages are overwritten', (file) => overwrite(file, 2 * PAGE, 8 * PAGE)],
      ['whose schema is overwritten', (file) => overwrite(file, 100, PAGE)],
      ['that is cut off', (file) => truncateSync(file, 3 * PAGE)],
    ]
    it.each(damages)('%s is put aside as it is, and a new one is begun', async (_, damage) => {
      const folder = await makeUsedFolder()
      damage(fileIn(folder))
      const damaged = readFileSync(fileIn(folder))
      const said: string[] = []
      const store = await open(folder, said)
      const aside = `${fileIn(folder)}.corrupt-2026-11-24T08-44-00.000Z`
      expect(said[0]).toBe(aside)
      expect(said[1]).toMatch(/damaged|malformed|not a database/)
      expect(store.health()).toMatchObject({ setAside: aside, durable: true })
      expect(readFileSync(aside).equals(damaged)).toBe(true)
      expect(await store.loadActive()).toEqual([])
      await store.commit(evaluationOf({ alerts: [alertOf('new')] }))
      await store.close()
      expect(await (await open(folder)).loadActive()).toEqual([alertOf('new')])
    })

    it('takes the place of no other that was put aside', async () => {
      const folder = await makeDataFolder()
      for (const content of ['first', 'second']) {
        writeFileSync(fileIn(folder), content.repeat(1000))
        await (await open(folder)).close()
      }
      const files = readdirSync(folder).toSorted()
      const aside = 'tracebell.db.corrupt-2026-11-24T08-44-00.000Z'
      expect(files).toEqual(['tracebell.db', aside, `${aside}-2`])
      expect(readFileSync(join(folder, `${aside}-2`), 'utf8')).toContain('second')
    })
  })

  describe('a file that is not ours to touch', () => {
    it('is refused where a later version wrote it', async () => {
      const folder = await makeUsedFolder()
      edit(folder, 'PRAGMA user_version = 99')
      const before = readFileSync(fileIn(folder))
      await expect(open(folder)).rejects.toThrow(/has format 99, written by a later tracebell/)
      expect(readFileSync(fileIn(folder)).equals(before)).toBe(true)
    })

    it('is refused where it is the database of something else', async () => {
      const folder = await makeDataFolder()
      edit(folder, 'CREATE TABLE photos (name TEXT)')
      const before = readFileSync(fileIn(folder))
      await expect(open(folder)).rejects.toMatchObject({ kind: 'foreign' })
      expect(readFileSync(fileIn(folder)).equals(before)).toBe(true)
      expect(readdirSync(folder)).toEqual(['tracebell.db'])
    })
  })

  describe('a row that cannot be understood', () => {
    it.each([
      ['is no JSON', "'{'"],
      ['is something else', '\'{"id":7}\''],
      ['is bytes', "x'00'"],
      ['is the row of another key', '(SELECT body FROM silences WHERE key = \'["b"]\')'],
    ])('and %s is left in the file, and counted', async (_, body) => {
      const folder = await makeDataFolder()
      const store = await open(folder)
      await store.saveSilences([silenceOf('a'), silenceOf('b')])
      await store.close()
      edit(folder, `UPDATE silences SET body = ${body} WHERE key = '["a"]'`)
      const again = await open(folder)
      expect(await again.loadSilences()).toEqual([silenceOf('b')])
      expect(again.health().unreadableRows).toBe(1)
      await again.saveSilences([silenceOf('a')])
      await again.close()
      expect((await open(folder)).health().unreadableRows).toBe(0)
    })
  })

  it('says whose it is and which format it has', async () => {
    const database = openFile(await makeUsedFolder())
    onTestFinished(() => database.close())
    expect(database.all('PRAGMA application_id')[0]?.['application_id']).toBe(APPLICATION_ID)
    expect(database.all('PRAGMA user_version')[0]?.['user_version']).toBe(1)
  })
})

function overwrite(file: string, from: number, to: number): void {
  const bytes = readFileSync(file)
  bytes.fill(0xa5, from, to)
  writeFileSync(file, bytes)
}
