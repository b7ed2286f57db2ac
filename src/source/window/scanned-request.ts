import { refuse, type RefusalReason } from '../../otlp/decoded-spans.js'
import { SPAN_FLAG, type SpanScanner } from '../../otlp/span-scanner.js'
import type { SpanShape } from '../../otlp/span-shape.js'
import { NO_ROW, ROW_WORDS, WORD } from './row.js'
import type { SpanGroup } from './span-group.js'

const FIRST_ROWS = 1024
const ID_WORDS = 4

/** What a request turned out to hold: a row for each of its spans, not yet in the window. It is used for one after another. */
export class ScannedRequest {
  rowCount = 0
  rows = new Int32Array(FIRST_ROWS * ROW_WORDS)
  groups: SpanGroup[] = []
  refused = new Map<RefusalReason, number>()
  /** Of each row. */
  shapes: (SpanShape | undefined)[] = []
  private traceIds = new Int32Array(FIRST_ROWS * ID_WORDS)

  /** Makes it empty. What a very large request took is given back. */
  clear(): void {
    this.rowCount = 0
    this.groups = []
    this.shapes = []
    this.refused = new Map()
    if (this.traceIds.length > 64 * FIRST_ROWS * ID_WORDS) this.setCapacity(FIRST_ROWS)
  }

  /** The words of the trace id of this row into `id`. */
  copyTraceId(row: number, id: Int32Array): void {
    for (let word = 0; word < ID_WORDS; word += 1) id[word] = this.traceIds[row * ID_WORDS + word] ?? 0
  }

  /** Adds a row for what was scanned at `offset` in the bytes of the request. */
  add(
    scanned: SpanScanner,
    offset: number,
    length: number,
    group: number,
    shape: SpanShape | undefined,
  ): void {
    if (scanned.problem !== undefined) return refuse(this.refused, scanned.problem)
    const { rowCount } = this
    if (rowCount * ID_WORDS === this.traceIds.length) this.setCapacity(2 * rowCount)
    for (let word = 0; word < ID_WORDS; word += 1) {
      this.traceIds[rowCount * ID_WORDS + word] = scanned.traceId[word] ?? 0
    }
    this.write(rowCount * ROW_WORDS, scanned, offset)
    this.rows[rowCount * ROW_WORDS + WORD.length] = length
    this.rows[rowCount * ROW_WORDS + WORD.group] = group
    this.shapes.push(shape)
    this.rowCount += 1
  }

  private write(base: number, scanned: SpanScanner, offset: number): void {
    const { rows } = this
    rows[base + WORD.start] = scanned.startLow
    rows[base + WORD.start + 1] = scanned.startHigh
    rows[base + WORD.end] = scanned.endLow
    rows[base + WORD.end + 1] = scanned.endHigh
    rows[base + WORD.spanIdHigh] = scanned.spanIdHigh
    rows[base + WORD.spanIdLow] = scanned.spanIdLow
    rows[base + WORD.parentIdHigh] = scanned.parentIdHigh
    rows[base + WORD.parentIdLow] = scanned.parentIdLow
    rows[base + WORD.next] = NO_ROW
    rows[base + WORD.offset] = offset
    const name = scanned.nameAt < 0 ? 0 : scanned.nameAt - offset
    const attributes = scanned.attributesAt < 0 ? 0 : scanned.attributesAt - offset
    const isFar = name > 0xffff || attributes > 0xffff
    const flags = isFar ? scanned.flags | SPAN_FLAG.irregular : scanned.flags
    rows[base + WORD.kindStatusFlagsShape] = scanned.kind | (scanned.status << 4) | (flags << 8)
    rows[base + WORD.nameAttributes] = isFar ? 0 : name | (attributes << 16)
  }

  private setCapacity(rowCount: number): void {
    const { rows, traceIds } = this
    this.rows = new Int32Array(rowCount * ROW_WORDS)
    this.rows.set(rows.subarray(0, Math.min(rows.length, this.rows.length)))
    this.traceIds = new Int32Array(rowCount * ID_WORDS)
    this.traceIds.set(traceIds.subarray(0, Math.min(traceIds.length, this.traceIds.length)))
  }
}
