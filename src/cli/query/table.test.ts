import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatTable } from './table.js'

describe('formatTable', () => {
  it('puts columns under their titles, numbers to the right', () => {
    const columns = [{ title: 'NAME' }, { title: 'N', align: 'right' }, { title: 'LAST' }] as const
    const rows = [['a', '1', 'x'], ['Bücher 🔔', '1234', ''], ['short']]
    expect(formatTable(columns, rows).split('\n')).toEqual([
      'NAME         N  LAST',
      'a            1  x',
      'Bücher 🔔  1234',
      'short',
      '',
    ])
  })

  it('cuts what is too long, and says so', () => {
    expect(formatTable([{ title: 'A', maxWidth: 5 }], [['12345'], ['123456'], ['🔔🔔🔔🔔🔔🔔']])).toBe(
      'A\n12345\n1234…\n🔔🔔🔔🔔…\n',
    )
  })

  it('has a line for each row, whatever the cells hold', () => {
    const cell = fc.string({ unit: 'binary', maxLength: 12 })
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 8 }), (rows) => {
        const lines = formatTable(
          [
            { title: 'ONE', maxWidth: 9 },
            { title: 'TWO', align: 'right' },
          ],
          rows,
        ).split('\n')
        expect(lines).toHaveLength(rows.length + 2)
        expect(/[\p{Cc}\p{Bidi_Control}]/u.test(lines.join(''))).toBe(false)
      }),
    )
  })
})
