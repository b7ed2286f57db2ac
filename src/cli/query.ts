import type { Clock } from '../model/clock.js'
import { queryFile } from '../query/query-file.js'
import type { QueryAnswer, QueryRequest } from '../query/query-request.js'
import { decodeSeriesRows, decodeTraceRows } from '../query/rows.js'
import { queryTempo } from '../query/query-tempo.js'
import { createSystemClock } from '../system-clock.js'
import { EXIT } from './exit-codes.js'
import { chooseSource, type QuerySource } from './query/choose-source.js'
import { createFileReport } from './query/file-report.js'
import { toFailure } from './query/failure.js'
import { formatRanges, formatValues } from './query/format-series.js'
import { formatTraces } from './query/format-traces.js'
import { printable, printableJson } from './query/printable.js'
import { readQuery } from './query/read-query.js'
import { readTimes } from './query/read-times.js'

export interface QueryOptions {
  readonly source?: string
  readonly since?: string
  readonly start?: string
  readonly end?: string
  readonly limit?: string
  readonly step?: string
  readonly instant: boolean
  readonly json: boolean
  readonly variables: string
}

/**
 * `tracebell query`: asks one TraceQL question and prints the answer. Ends with 2 for bad input, with 3 where there is no
 * answer or only a part of one. Throws a `ConfigError` for faulty variables.
 */
export async function query(text: string, options: QueryOptions): Promise<void> {
  try {
    const request = { query: text, times: readTimes(options), ...readQuery({ query: text, ...options }) }
    const source = chooseSource({
      source: options.source,
      environment: process.env,
      envFile: options.variables,
    })
    const answer = await ask(request, source, createSystemClock({ keepAlive: true }))
    print(request, answer, options)
    if (answer.partial !== undefined) process.exitCode = EXIT.noVerdict
  } catch (error) {
    const failure = toFailure(error)
    if (failure === undefined) throw error
    say(failure.text)
    process.exitCode = failure.exitCode
  }
}

function print(request: QueryRequest, answer: QueryAnswer, { json }: QueryOptions): void {
  if (json) {
    write(`${printableJson(answer.body)}\n`)
  } else {
    const { table, note } = formatAnswer(request, answer)
    write(table)
    if (note !== undefined) say(note)
  }
  if (answer.partial !== undefined) say(`partial: ${printable(answer.partial)}`)
}

async function ask(request: QueryRequest, source: QuerySource, clock: Clock): Promise<QueryAnswer> {
  // Ctrl-C ends the process itself: there is nothing to undo.
  const { signal } = new AbortController()
  if (source.kind === 'tempo') return queryTempo(request, { ...source, clock, signal })
  const report = createFileReport({ path: source.path, clock, say, stderr: process.stderr })
  try {
    const answer = await queryFile(request, {
      ...report,
      path: source.path,
      maxBytes: FILE_MEMORY_BYTES,
      signal,
    })
    report.tell(answer.reading)
    const { badLines, refusedSpans } = answer.reading
    const isWhole = badLines + refusedSpans === 0
    return isWhole ? answer : { ...answer, partial: answer.partial ?? 'what could not be read is not in it' }
  } finally {
    report.close()
  }
}

/** For the traces of a file that wait for more of their spans; as much as the embedded source takes by default. */
const FILE_MEMORY_BYTES = 256 * 1024 * 1024

/** The answer for people: a table for standard output, and what there is to say beside it. */
interface Shown {
  readonly table: string
  readonly note?: string
}

function formatAnswer(request: QueryRequest, answer: QueryAnswer): Shown {
  if (request.kind === 'search') return formatSearch(request, answer)
  const rows = decodeSeriesRows(answer.body)
  if (rows.length === 0) return { table: 'no series match\n' }
  if (request.kind === 'instant') return { table: formatValues(rows) }
  return { table: formatRanges(rows, { trend: process.stdout.isTTY }) }
}

function formatSearch({ limit }: QueryRequest, { body, matchingTraces }: QueryAnswer): Shown {
  const rows = decodeTraceRows(body)
  if (rows.length === 0) return { table: 'no traces match\n' }
  const table = formatTraces(rows)
  if (matchingTraces === undefined && rows.length >= limit) {
    return { table, note: `the limit of ${limit} traces was reached, more may match; --limit shows more` }
  }
  if (matchingTraces === undefined || matchingTraces === rows.length) return { table }
  return {
    table,
    note: `the newest ${rows.length} of ${matchingTraces} traces that match; --limit shows more`,
  }
}

function write(text: string): void {
  // Where nobody reads any more, as after `| head`, there is nothing left to say.
  process.stdout.on('error', () => {})
  process.stdout.write(text)
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
