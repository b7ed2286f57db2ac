import { describeThrown } from '../../model/describe-thrown.js'
import { SqliteFault, type SqliteFaultKind } from './database.js'

/** SQLite's primary result codes. */
const KIND_OF_CODE: ReadonlyMap<number, SqliteFaultKind> = new Map([
  [5, 'busy'],
  [6, 'busy'],
  [8, 'read-only'],
  [10, 'io'],
  [11, 'corrupt'],
  [13, 'full'],
  [14, 'io'],
  [26, 'corrupt'],
])

/** SQLite's words for them: all that there is where a driver tells no code. */
const KIND_OF_WORDS: ReadonlyMap<string, SqliteFaultKind> = new Map([
  ['database is locked', 'busy'],
  ['database table is locked', 'busy'],
  ['attempt to write a readonly database', 'read-only'],
  ['disk I/O error', 'io'],
  ['database disk image is malformed', 'corrupt'],
  ['database or disk is full', 'full'],
  ['unable to open database file', 'io'],
  ['file is not a database', 'corrupt'],
])

/** Does what a driver does. Throws what it throws as a fault. */
export function orFault<R>(call: () => R): R {
  try {
    return call()
  } catch (error) {
    throw toSqliteFault(error)
  }
}

/** What a driver threw, as a fault. */
export function toSqliteFault(thrown: unknown): SqliteFault {
  if (thrown instanceof SqliteFault) return thrown
  const message = thrown instanceof Error ? thrown.message : describeThrown(thrown)
  const kind = KIND_OF_CODE.get(codeOf(thrown)) ?? KIND_OF_WORDS.get(message) ?? 'other'
  return new SqliteFault(kind, message, { cause: thrown })
}

/** The primary code is the lowest byte of an extended one. */
function codeOf(thrown: unknown): number {
  if (!(thrown instanceof Error) || !('errcode' in thrown)) return 0
  return typeof thrown.errcode === 'number' ? thrown.errcode & 0xff : 0
}
