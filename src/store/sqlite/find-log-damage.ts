import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** SQLite's write-ahead log: a head, then frames of a head and a page each (sqlite.org/fileformat2.html, 4). */
const HEAD_BYTES = 32
const FRAME_HEAD_BYTES = 24
/** What the head's checksum, and that of a frame's head, cover. */
const HEAD_SUMMED_BYTES = 24
const FRAME_SUMMED_BYTES = 8
const MAGIC = 0x37_7f_06_82
const SMALLEST_PAGE = 512
const LARGEST_PAGE = 65_536

/** A checksum of SQLite's logs: each is over all that came before it. */
type Sums = readonly [number, number]

/**
 * What is wrong with the log of a database; undefined where nothing is, or there is none. SQLite takes what comes before
 * the damage and says nothing of the rest. A last transaction that cannot be read is no damage: it may never have been
 * finished. So damage is a frame that cannot be read and after which another transaction was written, as that is done only
 * once the one before is on the disk. Relies on the log having been begun by one process.
 */
export function findLogDamage(path: string): string | undefined {
  const file = tryToOpen(path)
  if (file === undefined) return undefined
  try {
    return findDamage(path, file)
  } finally {
    closeSync(file)
  }
}

function tryToOpen(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch {
    return undefined
  }
}

function findDamage(path: string, file: number): string | undefined {
  const size = fstatSync(file).size
  if (size <= HEAD_BYTES) return undefined
  const head = readHead(file)
  if (head === undefined)
    return `${path} is damaged: its head cannot be read, and nothing of its ${size} bytes`
  const frameBytes = FRAME_HEAD_BYTES + head.pageBytes
  const frames = Math.floor((size - HEAD_BYTES) / frameBytes)
  const whole = countWhole(file, head, frames)
  if (!goesOn(file, head, whole, frames)) return undefined
  return `${path} is damaged: of its ${frames} frames of ${head.pageBytes} bytes only the first ${whole} can be read`
}

interface Head {
  readonly littleEndian: boolean
  readonly pageBytes: number
  readonly salts: Sums
  readonly sums: Sums
}

function readHead(file: number): Head | undefined {
  const head = readAt(file, 0, HEAD_BYTES)
  const littleEndian = head.getUint32(0) === MAGIC
  const pageBytes = head.getUint32(8)
  if (!littleEndian && head.getUint32(0) !== MAGIC + 1) return undefined
  if (!isPageSize(pageBytes)) return undefined
  const sums = addTo([0, 0], head, 0, HEAD_SUMMED_BYTES, littleEndian)
  if (!isPair(head, 24, sums)) return undefined
  return { littleEndian, pageBytes, salts: [head.getUint32(16), head.getUint32(20)], sums }
}

function isPageSize(bytes: number): boolean {
  return bytes >= SMALLEST_PAGE && bytes <= LARGEST_PAGE && (bytes & (bytes - 1)) === 0
}

/** How many frames from the first on are as they were written. */
function countWhole(file: number, head: Head, frames: number): number {
  let { sums } = head
  for (let index = 0; index < frames; index += 1) {
    const frame = readFrame(file, head, index, FRAME_HEAD_BYTES + head.pageBytes)
    if (!isPair(frame, 8, head.salts)) return index
    sums = addTo(sums, frame, 0, FRAME_SUMMED_BYTES, head.littleEndian)
    sums = addTo(sums, frame, FRAME_HEAD_BYTES, head.pageBytes, head.littleEndian)
    if (!isPair(frame, 16, sums)) return index
  }
  return frames
}

/**
 * Whether a transaction ends at or after a frame that cannot be read, and another one follows. The last frame of a
 * transaction may be there several times, to fill a sector.
 */
function goesOn(file: number, head: Head, from: number, frames: number): boolean {
  let lastPage: number | undefined
  for (let index = from; index < frames; index += 1) {
    const frame = readFrame(file, head, index, FRAME_HEAD_BYTES)
    if (!isPair(frame, 8, head.salts)) continue
    const [page, isLast] = [frame.getUint32(0), frame.getUint32(4) > 0]
    if (lastPage !== undefined && (!isLast || page !== lastPage)) return true
    if (isLast) lastPage ??= page
  }
  return false
}

function readFrame(file: number, { pageBytes }: Head, index: number, bytes: number): DataView {
  return readAt(file, HEAD_BYTES + index * (FRAME_HEAD_BYTES + pageBytes), bytes)
}

function readAt(file: number, at: number, bytes: number): DataView {
  const into = new DataView(new ArrayBuffer(bytes))
  readSync(file, into, 0, bytes, at)
  return into
}

function isPair(view: DataView, at: number, [first, second]: Sums): boolean {
  return view.getUint32(at) === first && view.getUint32(at + 4) === second
}

function addTo(sums: Sums, view: DataView, from: number, bytes: number, littleEndian: boolean): Sums {
  let [first, second] = sums
  for (let at = from; at < from + bytes; at += 8) {
    first = (first + view.getUint32(at, littleEndian) + second) >>> 0
    second = (second + view.getUint32(at + 4, littleEndian) + first) >>> 0
  }
  return [first, second]
}
