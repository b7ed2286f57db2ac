import type { InstrumentationScope, Resource } from '../../model/span.js'
import { NO_RESOURCE, NO_SCOPE } from '../../otlp/decoded-spans.js'
import { OtlpTooLargeError } from '../../otlp/otlp-decode-error.js'
import { ProtoReader } from '../../otlp/proto-reader.js'
import { readResource, readScope } from '../../otlp/protobuf-shared.js'
import { SpanScanner } from '../../otlp/span-scanner.js'
import { viewOf, type SpanShapes } from '../../otlp/span-shape.js'
import type { StringCache } from '../../otlp/string-cache.js'
import { MOST_ROWS } from './row.js'
import type { ScannedRequest } from './scanned-request.js'
import type { SharedPart, SharedParts } from './shared-parts.js'

/** What the spans of many requests have in common. */
export interface Parts {
  readonly resources: SharedParts<Resource>
  readonly scopes: SharedParts<InstrumentationScope>
  readonly shapes: SpanShapes
  readonly strings: StringCache
}

const EMPTY = Buffer.alloc(0)
/** Two bytes of an empty one become some hundred in memory. */
const MOST_GROUPS = 100_000

/**
 * Scans the bytes of an OTLP `ExportTraceServiceRequest` into `request`. Spans whose own, or whose parent's, id is not
 * one are left out and counted; fields that are not known are skipped.
 *
 * Throws `OtlpDecodeError` for bytes that are not protobuf, attribute values nested too deep and more spans than a segment
 * can hold.
 */
export function scanRequest(bytes: Buffer, request: ScannedRequest, parts: Parts): void {
  const reader = new ProtoReader(bytes, parts.strings)
  const view = viewOf(bytes)
  const scan: Scan = {
    bytes,
    view,
    parts,
    reader,
    scanner: new SpanScanner(reader, view),
    request,
    groups: 0,
    spans: 0,
  }
  request.clear()
  parts.resources.begin()
  parts.scopes.begin()
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === 10) scanResourceSpans(scan)
    else reader.skip(tag)
  }
}

interface Scan {
  readonly bytes: Buffer
  readonly view: DataView
  readonly parts: Parts
  readonly reader: ProtoReader
  readonly scanner: SpanScanner
  readonly request: ScannedRequest
  groups: number
  spans: number
}

function scanResourceSpans(scan: Scan): void {
  const { reader, parts } = scan
  let resource = parts.resources.find(EMPTY, 0, 0, () => NO_RESOURCE)
  const outer = enter(scan)
  const start = reader.position
  // Fields may come in any order, so the spans wait until their resource is known.
  eachField(reader, 10, () => (resource = findPart(scan, parts.resources, readResource)))
  reader.position = start
  eachField(reader, 18, () => scanScopeSpans(scan, resource))
  reader.leave(outer)
}

function scanScopeSpans(scan: Scan, resource: SharedPart<Resource>): void {
  const { reader, parts } = scan
  let scope = parts.scopes.find(EMPTY, 0, 0, () => NO_SCOPE)
  const outer = enter(scan)
  const start = reader.position
  eachField(reader, 10, () => (scope = findPart(scan, parts.scopes, readScope)))
  reader.position = start
  const group = scan.request.groups.push({ resource, scope }) - 1
  eachField(reader, 18, () => {
    const end = reader.stepOver()
    scanSpan(scan, reader.contentStart, end, group)
  })
  reader.leave(outer)
}

function eachField(reader: ProtoReader, wanted: number, read: () => void): void {
  while (reader.more()) {
    const tag = reader.tag()
    if (tag === wanted) read()
    else reader.skip(tag)
  }
}

function enter(scan: Scan): number {
  scan.groups += 1
  if (scan.groups > MOST_GROUPS) {
    throw new OtlpTooLargeError(`request too large: at most ${MOST_GROUPS} resources and scopes are taken`)
  }
  return scan.reader.enter()
}

function findPart<T extends Resource | InstrumentationScope>(
  { bytes, reader }: Scan,
  parts: SharedParts<T>,
  read: (reader: ProtoReader) => T,
): SharedPart<T> {
  const mark = reader.mark()
  const end = reader.position
  return parts.find(bytes, mark, end, () => {
    let value: T | undefined
    reader.visit(mark, () => (value = read(reader)))
    if (value === undefined) throw new Error('a part was not read')
    return value
  })
}

function scanSpan(scan: Scan, start: number, end: number, group: number): void {
  scan.spans += 1
  if (scan.spans > MOST_ROWS)
    throw new OtlpTooLargeError(`request too large: at most ${MOST_ROWS} spans are taken`)
  scan.scanner.scan(scan.bytes, start, end)
  scan.request.add(
    scan.scanner,
    start,
    end - start,
    group,
    scan.parts.shapes.find(scan.scanner, scan.bytes, scan.view),
  )
}
