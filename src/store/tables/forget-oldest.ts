import type { Draft } from './draft.js'
import type { TableName } from './tables.js'

/** Lets go of those that have been in a table for longest, while the draft has more than `most`. Answers how many. */
export function forgetOldest(
  draft: Draft,
  table: TableName,
  rows: ReadonlyMap<string, unknown>,
  most: number,
): number {
  let forgotten = 0
  if (draft.count(table) <= most) return forgotten
  for (const key of rows.keys()) {
    if (draft.count(table) <= most) break
    const before = draft.count(table)
    draft.remove(table, key)
    forgotten += before - draft.count(table)
  }
  return forgotten
}
