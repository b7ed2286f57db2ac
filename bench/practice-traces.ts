import { readdirSync, readFileSync } from 'node:fs'
import type { Interval } from '../src/model/time.js'
import { tracesIn } from '../test/conformance/traceql/cases.js'
import { between, createRandom, randomBytes } from './load/random.js'

/** The traces that the practice queries are about, again and again under new ids. */
export interface PracticeTraces {
  /** In each copy. */
  readonly traces: number
  readonly spans: number
  /** An OTLP/JSON request with one more copy of them all. The first copy keeps its ids. */
  next(): string
}

const TRACE_ID = /"traceId":"([0-9a-f]+)"/gi
const TIME = /"((?:start|end)?timeUnixNano)":"(\d+)"/gi
const END = /"endTimeUnixNano":"(\d+)"/g
const SEED = 2

/** Each copy of each trace ends at some moment of the interval, so that they are neither the newest nor the oldest. */
export function loadPracticeTraces({ start, end }: Interval): PracticeTraces {
  const folder = tracesIn()
  const documents = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => withoutSpace(readFileSync(new URL(name, folder), 'utf8')))
  const random = createRandom(SEED)
  let copies = 0
  return {
    traces: documents.length,
    spans: documents.join('').split('"startTimeUnixNano":').length - 1,
    next: () => {
      const ids = copies === 0 ? new Map<string, string>() : renamed(documents, () => randomBytes(random, 16))
      copies += 1
      return joined(documents.map((document) => movedTo(between(random, start, end), withIds(document, ids))))
    },
  }
}

function withoutSpace(document: string): string {
  return JSON.stringify(JSON.parse(document))
}

/** A new id for each trace of the documents, those that are only linked to included. */
function renamed(documents: readonly string[], newId: () => Buffer): ReadonlyMap<string, string> {
  const ids = documents.flatMap((document) => Array.from(document.matchAll(TRACE_ID), ([, id = '']) => id))
  return new Map([...new Set(ids)].map((id) => [id, newId().toString('hex')]))
}

function withIds(document: string, ids: ReadonlyMap<string, string>): string {
  return document.replace(TRACE_ID, (_, id: string) => `"traceId":"${ids.get(id) ?? id}"`)
}

/** The document, all its times moved alike, so that its last span ends at `endMs`. */
function movedTo(endMs: number, document: string): string {
  const ends = Array.from(document.matchAll(END), ([, nanos = '']) => BigInt(nanos))
  const last = ends.reduce((latest, end) => (end > latest ? end : latest), 0n)
  const by = BigInt(endMs) * 1_000_000n - last
  return document.replace(TIME, (_, name: string, nanos: string) => `"${name}":"${BigInt(nanos) + by}"`)
}

function joined(documents: readonly string[]): string {
  const all = documents.map((document) => /^\{"resourceSpans":\[(.*)\]\}$/s.exec(document)?.[1])
  if (all.includes(undefined))
    throw new Error('a practice trace is expected to be an object of resourceSpans alone')
  return `{"resourceSpans":[${all.join(',')}]}`
}
