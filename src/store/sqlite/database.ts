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

/** One way to reach SQLite. */
export interface SqliteDriver {
  readonly name: string
  /** Opens, or creates, a database. Whoever calls sees to it that no other process has it. */
  open(path: string): Database
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
