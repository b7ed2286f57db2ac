import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { alertOf, evaluationOf, T0 } from '../../../test/store-contract/samples.js'
import { describeEachDriver, makeDataFolder } from '../../../test/store-contract/sqlite-drivers.js'
import { createTestClock } from '../../../test/test-clock.js'
import type { Store } from '../store.js'
import type { SqliteDriver } from './database.js'
import { findLogDamage } from './find-log-damage.js'
import { openSqliteStore } from './sqlite-store.js'

const NAME = 'tracebell.db'
const LOG = `${NAME}-wal`
const COMMITS = 12
const SECTOR = 512
const HEAD = 32
const FRAME = 24 + 4096
const MAGIC = [0x37, 0x7f, 0x06, 0x82]

interface Killed {
  readonly database: Buffer
  readonly log: Buffer
  /** For each frame of the log, in which transaction it was written. */
  readonly transactions: readonly number[]
}

describeEachDriver((driver) => {
  let killed: Killed
  beforeAll(async () => void (killed = await writeAndKill(driver)))

  async function write(log: Buffer): Promise<string> {
    const folder = await makeDataFolder()
    writeFileSync(join(folder, NAME), killed.database)
    writeFileSync(join(folder, LOG), log)
    return folder
  }

  function damaged(at: number): Buffer {
    const log = Buffer.from(killed.log)
    log.writeUInt8(log.readUInt8(at) ^ 0xff, at)
    return log
  }

  const lastTransaction = (): number => killed.transactions.at(-1) ?? 0
  const firstFrameOf = (transaction: number): number => killed.transactions.indexOf(transaction)

  describe('the log of a killed process', () => {
    it('is not damaged, wherever its end was cut off', async () => {
      const cut = fc.asyncProperty(fc.integer({ min: 0, max: killed.log.length }), async (bytes) => {
        const folder = await write(killed.log.subarray(0, bytes))
        expect(findLogDamage(join(folder, LOG))).toBeUndefined()
      })
      await fc.assert(cut, { numRuns: 50 })
    })

    it('is damaged where a byte was changed before the last transactions', async () => {
      const end = HEAD + firstFrameOf(lastTransaction() - 1) * FRAME
      const changed = fc.asyncProperty(fc.integer({ min: 0, max: end - 1 }), async (at) => {
        const folder = await write(damaged(at))
        expect(findLogDamage(join(folder, LOG))).toMatch(/tracebell\.db-wal is damaged: /)
      })
      await fc.assert(changed, { numRuns: 50 })
    })

    it('may have been left unfinished where sectors of its last transaction are not on the disk', async () => {
      const begin = Math.ceil((HEAD + firstFrameOf(lastTransaction()) * FRAME) / SECTOR)
      const sectors = fc.integer({ min: begin, max: Math.floor(killed.log.length / SECTOR) })
      const lost = fc.asyncProperty(sectors, sectors, async (from, to) => {
        const log = Buffer.from(killed.log)
        log.subarray(Math.min(from, to) * SECTOR, (Math.max(from, to) + 1) * SECTOR).fill(0)
        expect(findLogDamage(join(await write(log), LOG))).toBeUndefined()
      })
      await fc.assert(lost, { numRuns: 50 })
    })
  })

  describe('a store whose log is damaged', () => {
    async function open(folder: string, said: string[]): Promise<Store> {
      const onLogDamaged = (path: string | undefined, error: string) => said.push(String(path), error)
      const store = await openSqliteStore({ folder, clock: createTestClock(T0), driver, onLogDamaged })
      onTestFinished(() => store.close())
      return store
    }

    it.each([
      ['in the middle', 5, 5],
      ['in its first transaction', 0, 0],
    ])(
      '%s goes on with what was committed before, and has a copy as it was found',
      async (_, commit, kept) => {
        const log = damaged(HEAD + firstFrameOf(commit) * FRAME + 100)
        const folder = await write(log)
        const said: string[] = []
        const store = await open(folder, said)
        const copy = join(folder, `${NAME}.corrupt-2026-11-24T08-44-00.000Z`)
        const frames = killed.transactions.length
        expect(said).toEqual([
          copy,
          `${join(folder, LOG)} is damaged: of its ${frames} frames of 4096 bytes only the first ${firstFrameOf(commit)} can be read`,
        ])
        expect(readFileSync(copy).equals(killed.database)).toBe(true)
        expect(readFileSync(`${copy}-wal`).equals(log)).toBe(true)
        expect(store.health()).toMatchObject({ durable: true, setAside: copy })
        expect(await store.loadActive()).toHaveLength(kept)
      },
    )

    it('at its head goes on with what the file holds', async () => {
      const said: string[] = []
      const store = await open(await write(damaged(10)), said)
      expect(said[1]).toMatch(/its head cannot be read, and nothing of its \d+ bytes$/)
      expect(await store.loadActive()).toHaveLength(0)
    })

    it('says so once', async () => {
      const folder = await write(damaged(HEAD + firstFrameOf(5) * FRAME))
      await open(folder, []).then((store) => store.commit(evaluationOf({ alerts: [alertOf('after')] })))
      const afterKill = await makeDataFolder()
      for (const file of [NAME, LOG]) copyFileSync(join(folder, file), join(afterKill, file))
      const said: string[] = []
      expect(await (await open(afterKill, said)).loadActive()).toHaveLength(6)
      expect(said).toEqual([])
    })
  })
})

it('a log of any bytes is judged', async () => {
  const path = join(await makeDataFolder(), LOG)
  const bytes = fc.property(fc.uint8Array({ maxLength: 9000 }), (content) => {
    writeFileSync(path, Buffer.concat([Buffer.from(MAGIC), content]))
    const damage = findLogDamage(path)
    expect(damage === undefined).toBe(content.length + MAGIC.length <= HEAD)
  })
  fc.assert(bytes, { numRuns: 200 })
})

/** What a store leaves that is killed after some commits of which none is in the file yet. */
async function writeAndKill(driver: SqliteDriver): Promise<Killed> {
  const folder = await makeFolder()
  const begin = () => openSqliteStore({ folder, clock: createTestClock(T0), driver })
  await (await begin()).close()
  const store = await begin()
  for (let commit = 0; commit < COMMITS; commit += 1)
    await store.commit(evaluationOf({ alerts: [alertOf(`service ${commit}`)] }))
  const [database, log] = [readFileSync(join(folder, NAME)), readFileSync(join(folder, LOG))]
  await store.close()
  await rm(folder, { recursive: true })
  return { database, log, transactions: readTransactions(log) }
}

function makeFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'tracebell-log-'))
}

/** A transaction ends with a frame that says so, which may be there several times. */
function readTransactions(log: Buffer): readonly number[] {
  const transactions: number[] = []
  let [transaction, lastPage] = [0, 0]
  for (let at = HEAD; at < log.length; at += FRAME) {
    const [page, isLast] = [log.readUInt32BE(at), log.readUInt32BE(at + 4) > 0]
    const ended = lastPage > 0 && !(isLast && page === lastPage)
    if (ended) transaction += 1
    if (ended || isLast) lastPage = isLast ? page : 0
    transactions.push(transaction)
  }
  return transactions
}
