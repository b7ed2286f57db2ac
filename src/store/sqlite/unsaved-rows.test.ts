import { expect, it } from 'vitest'
import { silenceOf } from '../../../test/store-contract/samples.js'
import { applyChanges } from '../tables/change.js'
import { createDraft } from '../tables/draft.js'
import { createTables, KEY_OF, type Tables } from '../tables/tables.js'
import { allWrites, createUnsavedRows } from './unsaved-rows.js'
import type { Write } from './write-rows.js'

const MOST_KEYS = 200_000

function tablesWith(...ids: readonly string[]): Tables {
  const tables = createTables()
  const draft = createDraft(tables)
  for (const id of ids) draft.put('silences', silenceOf(id))
  applyChanges(tables, draft.changes)
  return tables
}

const change = (id: string): Write => ({
  table: 'silences',
  key: KEY_OF.silences(silenceOf(id)),
  body: undefined,
})

it('writes rows as they are now, and takes away those that are gone', () => {
  const unsaved = createUnsavedRows(tablesWith('a', 'b'))
  unsaved.add([change('a'), change('gone'), change('a')])
  expect(unsaved.count()).toBe(2)
  expect(unsaved.writes()).toEqual([
    { ...change('a'), body: expect.stringContaining('"id":"a"') },
    { ...change('gone'), body: undefined },
  ])
})

it('needs all rows once too many have changed, however few are left', () => {
  const tables = tablesWith('a', 'b')
  const unsaved = createUnsavedRows(tables)
  unsaved.add(Array.from({ length: MOST_KEYS }, (_, index) => change(String(index))))
  expect(unsaved.count()).toBe(MOST_KEYS)
  unsaved.add([change('one more')])
  unsaved.add([change('another')])
  expect(unsaved.writes()).toBeUndefined()
  expect(unsaved.count()).toBe(2)
  expect(allWrites(tables)).toHaveLength(2)
})
