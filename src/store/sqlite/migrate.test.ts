import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { describeEachDriver, makeDataFolder } from '../../../test/store-contract/sqlite-drivers.js'
import type { Database } from './database.js'
import { migrate, versionOf, type Migration } from './migrate.js'

const first: Migration = (database) => database.exec('CREATE TABLE words (word TEXT)')
const second: Migration = (database) => database.run('INSERT INTO words VALUES (?)', ['second'])
const third: Migration = (database) => {
  database.run('INSERT INTO words VALUES (?)', ['third'])
  throw new Error('the third fails')
}

describeEachDriver((driver) => {
  async function open(): Promise<Database> {
    const database = driver.open(join(await makeDataFolder(), 'test.db'))
    onTestFinished(() => database.close())
    return database
  }

  const wordsIn = (database: Database) => database.all('SELECT word FROM words').map(({ word }) => word)

  it('runs each migration once, whatever a file has seen', async () => {
    const database = await open()
    migrate(database, [first])
    expect(versionOf(database)).toBe(1)
    migrate(database, [first, second])
    migrate(database, [first, second])
    expect(versionOf(database)).toBe(2)
    expect(wordsIn(database)).toEqual(['second'])
  })

  it('leaves nothing of a migration that fails, and all of those before it', async () => {
    const database = await open()
    expect(() => migrate(database, [first, second, third])).toThrow('the third fails')
    expect(versionOf(database)).toBe(2)
    expect(wordsIn(database)).toEqual(['second'])
  })

  it('can be used again after a statement that failed', async () => {
    const database = await open()
    database.exec('CREATE TABLE once (word TEXT PRIMARY KEY)')
    const add = (word: string) => database.run('INSERT INTO once VALUES (?)', [word])
    add('a')
    for (let turn = 0; turn < 3; turn += 1) expect(() => add('a')).toThrow(/UNIQUE/)
    add('b')
    expect(database.all('SELECT word FROM once')).toHaveLength(2)
  })
})
