/** What a column can hold here. */
export type SqlValue = string | number | Uint8Array | null

export type SqlRow = Readonly<Record<string, unknown>>

/** An open SQLite database, as far as it is needed here. What it throws is a `SqliteFault`. */
export interface Database {
  /** One or more statements, without answers. */
  exec(sql: string): void
  /** One statement, whose first form is kept ready for the next time. */
  run(sql: string, values: readonly SqlValue[]): void
  all(sql: string): readonly SqlRow[]
  /** Never throws, and may be called twice. */
  close(): void
}

/** A database that is only looked at. */
export type Look = Pick<Database, 'all' | 'close'>

/** One way to reach SQLite. Whoever calls sees to it that no other process has the file. */
export interface SqliteDriver {
  readonly name: string
  /** Opens, or creates, a database. */
  open(path: string): Database
  /**
   * Opens a database to look at it: no byte of it is changed as long as this name of it is taken away before the look is
   * closed, and there is no transaction that must be rolled back first.
   */
  look(path: string): Look
}

/**
 * What is wrong:
 * - `corrupt`: the file is no database, or a damaged one
 * - `busy`: somebody else has it
 * - `read-only`, `full`, `io`: the disk does not take or give what it should
 * - `other`: anything else
 */
export type SqliteFaultKind = 'corrupt' | 'busy' | 'read-only' | 'full' | 'io' | 'other'

export class SqliteFault extends Error {
  override readonly name = 'SqliteFault'

  constructor(
    readonly kind: SqliteFaultKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
