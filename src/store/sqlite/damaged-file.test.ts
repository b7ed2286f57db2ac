import { createHash } from 'node:crypto'
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { alertOf, evaluationOf, T0 } from '../../../test/store-contract/samples.js'
import { describeEachDriver, makeDataFolder } from '../../../test/store-contract/sqlite-drivers.js'
import { createTestClock } from '../../../test/test-clock.js'
import type { Store } from '../store.js'
import { openSqliteStore } from './sqlite-store.js'

const PAGE = 4096
const OLD = 200
const COMMITS = 6
const NAME = 'tracebell.db'
const ASIDE = `${NAME}.corrupt-2026-11-24T08-44-00.000Z`

/** Of each file a digest of its bytes. */
type Files = Readonly<Record<string, string>>

describeEachDriver((driver) => {
  async function open(folder: string, said: string[] = []): Promise<Store> {
    const store = await openSqliteStore({
      folder,
      clock: createTestClock(T0),
      driver,
      onSetAside: (path, error) => said.push(path, error),
      onLogDamaged: (path, error) => said.push(String(path), error),
    })
    onTestFinished(() => store.close())
    return store
  }

  /** What a process leaves that ended well: one file of many pages. */
  async function makeClosedFolder(): Promise<string> {
    const folder = await makeDataFolder()
    const store = await open(folder)
    const alerts = Array.from({ length: OLD }, (_, index) => alertOf(`old ${index}`))
    await store.commit(evaluationOf({ alerts }))
    await store.close()
    return folder
  }

  /** What a killed process leaves: also a log with commits that are not in the file yet. */
  async function makeKilledFolder(): Promise<string> {
    const writing = await makeClosedFolder()
    const store = await open(writing)
    for (let commit = 0; commit < COMMITS; commit += 1)
      await store.commit(evaluationOf({ alerts: [alertOf(`new ${commit}`)] }))
    const folder = await makeDataFolder()
    for (const suffix of ['', '-wal']) copyFileSync(join(writing, NAME + suffix), join(folder, NAME + suffix))
    return folder
  }

  /** Runs statements on the file as it is, with what they change left in the log. */
  function editWithoutClosing(folder: string, ...statements: readonly string[]): void {
    const away = join(folder, 'edited')
    mkdirSync(away)
    for (const file of Object.keys(filesIn(folder))) copyFileSync(join(folder, file), join(away, file))
    const database = driver.open(join(away, NAME))
    onTestFinished(() => database.close())
    database.exec('PRAGMA locking_mode = EXCLUSIVE')
    for (const statement of statements) database.exec(statement)
    for (const file of Object.keys(filesIn(away))) copyFileSync(join(away, file), join(folder, file))
  }

  const damages: readonly (readonly [string, (file: string) => void])[] = [
    ['whose first bytes are overwritten', (file) => overwrite(file, 0, 100)],
    ['whose header says that it is not ours', (file) => withoutLog(file, 68, 72)],
    ['whose header says that it has a format that there will never be', (file) => withoutLog(file, 60, 64)],
    ['in the middle of which pages are overwritten', (file) => overwrite(file, 8 * PAGE, 12 * PAGE)],
    ['that is cut off', (file) => truncateSync(file, 3 * PAGE)],
    ['of which only the log is left', (file) => truncateSync(file, 0)],
    ['that is no database', (file) => writeFileSync(file, 'hello\n'.repeat(1000))],
    [
      'that is no database, nor its log a log',
      (file) => (overwrite(file, 0, PAGE), overwrite(`${file}-wal`, 0, PAGE)),
    ],
    [
      'beside which an index lies',
      (file) => (overwrite(file, 8 * PAGE, 12 * PAGE), writeFileSync(`${file}-shm`, 'index')),
    ],
  ]

  describe('a damaged file', () => {
    it.each(damages)('%s is put aside with what lies beside it, byte for byte', async (_, damage) => {
      const folder = await makeKilledFolder()
      damage(join(folder, NAME))
      const found = filesIn(folder)
      const said: string[] = []
      const store = await open(folder, said)
      expect(said[0]).toBe(join(folder, ASIDE))
      expect(asideIn(folder)).toEqual(found)
      expect(await store.loadActive()).toEqual([])
      await store.commit(evaluationOf({ alerts: [alertOf('after')] }))
      await store.close()
      expect(asideIn(folder)).toEqual(found)
      expect(Object.keys(filesIn(folder)).filter((file) => !file.startsWith(ASIDE))).toEqual([NAME])
    })

    it('that was left in the middle of a transaction is not rolled back before it is put aside', async () => {
      const folder = await makeBrokenOff()
      overwrite(join(folder, NAME), 8 * PAGE, 12 * PAGE)
      const found = filesIn(folder)
      expect(Object.keys(found)).toContain(`${NAME}-journal`)
      const said: string[] = []
      await (await open(folder, said)).close()
      expect(said[0]).toBe(join(folder, ASIDE))
      expect(asideIn(folder)).toEqual(found)
    })

    it('that was left in the middle of a transaction and is whole is gone on with where SQLite can roll back', async () => {
      const folder = await makeBrokenOff()
      const found = filesIn(folder)
      const store = await open(folder)
      // In WebAssembly it takes its own lock for that of another who is still writing.
      const canRollBack = driver.name === 'node:sqlite'
      expect(await store.loadActive()).toHaveLength(canRollBack ? OLD : 0)
      expect(store.health().setAside).toBe(canRollBack ? undefined : join(folder, ASIDE))
      expect(asideIn(folder)).toEqual(canRollBack ? {} : found)
    })
  })

  /** A file with a journal of what its pages were before a transaction that was never finished. */
  async function makeBrokenOff(): Promise<string> {
    const folder = await makeClosedFolder()
    const change = "UPDATE active SET body = body || printf('%.9000c', 'x')"
    editWithoutClosing(folder, 'PRAGMA journal_mode = DELETE', 'PRAGMA cache_size = 1', 'BEGIN', change)
    return folder
  }

  describe('a file that is not ours to touch', () => {
    it('is left as it is where a later version wrote it', async () => {
      const folder = await makeKilledFolder()
      editWithoutClosing(folder, 'PRAGMA user_version = 99')
      const found = filesIn(folder)
      await expect(open(folder)).rejects.toMatchObject({ kind: 'newer' })
      expect(filesIn(folder)).toEqual(found)
      expect(Object.keys(found)).toEqual([NAME, `${NAME}-wal`])
    })

    it('is left as it is where it is the database of something else', async () => {
      const folder = await makeDataFolder()
      writeFileSync(join(folder, NAME), '')
      editWithoutClosing(folder, 'PRAGMA journal_mode = WAL', 'CREATE TABLE photos (name TEXT)')
      const found = filesIn(folder)
      await expect(open(folder)).rejects.toMatchObject({ kind: 'foreign' })
      expect(filesIn(folder)).toEqual(found)
      expect(Object.keys(found)).toEqual([NAME, `${NAME}-wal`])
    })
  })
})

function filesIn(folder: string): Files {
  const files = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name !== 'tracebell.lock',
  )
  return Object.fromEntries(files.map(({ name }) => [name, digestOf(readFileSync(join(folder, name)))]))
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** What was put aside, under the names that it had. */
function asideIn(folder: string): Files {
  const aside = Object.entries(filesIn(folder)).filter(([file]) => file.startsWith(ASIDE))
  return Object.fromEntries(aside.map(([file, digest]) => [NAME + file.slice(ASIDE.length), digest]))
}

/** Damages the first page, which a log may have a newer one of. */
function withoutLog(file: string, from: number, to: number): void {
  rmSync(`${file}-wal`)
  overwrite(file, from, to)
}

function overwrite(file: string, from: number, to: number): void {
  const bytes = readFileSync(file)
  bytes.fill(0xa5, from, to)
  writeFileSync(file, bytes)
}
