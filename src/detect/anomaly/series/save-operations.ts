import { SPAN_KINDS } from '../../../model/span.js'
import type { ByteReader } from '../statistics/byte-reader.js'
import type { ByteWriter } from '../statistics/byte-writer.js'
import { limitOfTimes, NumberSeries } from './number-series.js'
import type { Operation } from './operation.js'
import type { Operations } from './operations.js'
import { TrafficSeries } from './traffic-series.js'

const MOST_OPERATIONS = 1_000_000
const MOST_PARTS = 1000
const LONGEST_NAME = 4096

/** Writes what is known of operations, as far as it fits into so many bytes. Answers how many were left out. */
export function writeOperations(
  writer: ByteWriter,
  operations: readonly Operation[],
  mostBytes: number,
): number {
  let left = 0
  for (const operation of operations) {
    if (writer.size > mostBytes) {
      left += 1
      continue
    }
    writer.count(1)
    writeOperation(writer, operation)
  }
  writer.count(0)
  return left
}

/** Throws a `SnapshotError` where the bytes are none of operations. */
export function readOperations(reader: ByteReader, operations: Operations): void {
  for (let each = 0; each < MOST_OPERATIONS && reader.count(1) === 1; each += 1)
    readOperation(reader, operations)
}

function writeOperation(writer: ByteWriter, operation: Operation): void {
  const { id, lastSeen, times, errors, gaps, calls, exceptions, traffic } = operation
  writer.text(id.service)
  writer.text(id.name)
  writer.count(SPAN_KINDS.indexOf(id.kind))
  writer.text(id.peer)
  writer.text(id.within)
  writer.count(Math.max(0, lastSeen))
  times.writeTo(writer)
  errors.writeTo(writer)
  writer.count(gaps.size)
  for (const gap of gaps.values()) {
    writer.text(gap.callee)
    writer.text(gap.calleeOperation)
    gap.times.writeTo(writer)
  }
  writer.count(calls.size)
  for (const call of calls.values()) {
    writer.text(call.name)
    writer.text(call.peer)
    writer.count(call.seen === 'here' ? 0 : 1)
    writer.count(call.missedFrom)
    call.counts.writeTo(writer)
    call.missing.writeTo(writer)
  }
  writer.count(exceptions.size)
  for (const [fingerprint, series] of exceptions) {
    writer.text(fingerprint)
    series.writeTo(writer)
  }
  for (const part of [traffic, operation.waits]) {
    writer.count(part === undefined ? 0 : 1)
    part?.writeTo(writer)
  }
}

function readOperation(reader: ByteReader, operations: Operations): void {
  const text = (): string => reader.text(LONGEST_NAME)
  const id = {
    service: text(),
    name: text(),
    kind: SPAN_KINDS[reader.count(SPAN_KINDS.length - 1)] ?? 'unspecified',
    peer: text(),
    within: text(),
  }
  operations.noteService(id.service)
  const operation = operations.seen(id, reader.count())
  if (operation === undefined) throw reader.unexpected('more operations', 'as many as are followed at most')
  operation.times.readFrom(reader)
  operation.errors.readFrom(reader)
  const eachOf = (read: () => void): void => {
    for (let left = reader.count(MOST_PARTS); left > 0; left -= 1) read()
  }
  eachOf(() => known(reader, operation.gapTo(text(), text())).times.readFrom(reader))
  eachOf(() => {
    const call = known(
      reader,
      operation.restoreCall(text(), text(), reader.count(1) === 0 ? 'here' : 'elsewhere', reader.count()),
    )
    call.counts.readFrom(reader)
    call.missing.readFrom(reader)
  })
  eachOf(() => known(reader, operation.exception(text())).readFrom(reader))
  if (reader.count(1) === 1) (operation.traffic = new TrafficSeries()).readFrom(reader)
  if (reader.count(1) === 1) (operation.waits = new NumberSeries(limitOfTimes)).readFrom(reader)
}

function known<T>(reader: ByteReader, part: T | undefined): T {
  if (part === undefined) throw reader.unexpected('more parts', 'as many as an operation may have')
  return part
}
