import { printable } from './printable.js'

export interface Column {
  readonly title: string
  /** Numbers stand to the right. */
  readonly align?: 'left' | 'right'
  /** Longer texts are cut. */
  readonly maxWidth?: number
}

/** Columns that cut nothing, for what is read by other programs. */
export function withoutCuts(columns: readonly Column[]): readonly Column[] {
  return columns.map((column) => ({ ...column, maxWidth: Number.POSITIVE_INFINITY }))
}

const GAP = '  '

/**
 * The rows as lines of text under their titles, padded so that columns stand under each other. Widths are counted in
 * Unicode characters. No cell can begin a line or steer a terminal.
 */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = [columns.map(({ title }) => title), ...rows].map((row) =>
    columns.map((column, index) => cut(printable(row[index] ?? ''), column.maxWidth)),
  )
  const widths = columns.map((_, index) => largest(cells.map((row) => widthOf(row[index] ?? ''))))
  return cells
    .map((row) => row.map((cell, index) => pad(cell, widths[index] ?? 0, columns[index]?.align)))
    .map((row) => `${row.join(GAP).trimEnd()}\n`)
    .join('')
}

function pad(cell: string, width: number, align: Column['align']): string {
  const spaces = ' '.repeat(width - widthOf(cell))
  return align === 'right' ? spaces + cell : cell + spaces
}

function cut(text: string, maxWidth = Number.POSITIVE_INFINITY): string {
  const characters = Array.from(text)
  return characters.length <= maxWidth ? text : `${characters.slice(0, maxWidth - 1).join('')}…`
}

function widthOf(text: string): number {
  return Array.from(text).length
}

function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), 0)
}
