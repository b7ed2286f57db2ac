import type { RuleGroup } from '../model/alerting-rule.js'
import type { LocalTraces } from '../model/local-traces.js'
import type { Timestamp } from '../model/time.js'
import type { RefusalReason, Refusals } from '../otlp/decoded-spans.js'
import { FileError } from '../source/file/file-error.js'
import type { ReadProgress } from '../source/file/read-bytes.js'
import type { BadLine } from '../source/file/read-spans.js'
import type { TemplateLinks } from '../template/template-links.js'
import { createAheadCount } from './ahead-spans.js'
import type { BacktestReport } from './backtest-report.js'
import type { DispatchSettings } from './delivery/open-rehearsed.js'
import { createDataRange } from './data-range.js'
import { readArriving, type ArrivingSpans } from './read-arriving.js'
import { ReplayError } from './replay-error.js'
import { createReplayRecord } from './replay-record.js'
import { createRuleReplay, type RuleReplay } from './replay-rules.js'

export type { BacktestReport, BadLine, ReadProgress, RefusalReason }

export interface BacktestOptions {
  readonly groups: readonly RuleGroup[]
  /** Where the texts of alerts link to. */
  readonly links?: TemplateLinks | undefined
  /** Who is to be told, where that is rehearsed too. */
  readonly delivery?: DispatchSettings | undefined
  /** OTLP JSON Lines, plain or gzip. */
  readonly path: string
  /** A file that says when each line of the source arrived; undefined where that is not known. */
  readonly arrivals: string | undefined
  /** The first and the last moment at which rules may be evaluated; undefined: as far as there are data. */
  readonly from: Timestamp | undefined
  readonly to: Timestamp | undefined
  /** The memory that the spans may take which windows can still reach. */
  readonly maxBytes: number
  /** Is given each anomaly as a line of JSON without its end; undefined where nobody wants them. */
  readonly onAnomaly?: ((line: string) => void) | undefined
  readonly onBadLine: (line: BadLine) => void
  readonly onProgress: (progress: ReadProgress) => void
  readonly signal: AbortSignal
}

/**
 * Evaluates rules over the past, in the time of the data: a span is seen from the moment on at which it arrived. Two runs
 * over the same files come to the same. Throws a `ReplayError` where a file cannot be used.
 */
export async function runBacktest(options: BacktestOptions): Promise<BacktestReport> {
  try {
    return await replayFile(options)
  } catch (error) {
    if (error instanceof FileError) throw new ReplayError(error.message, { cause: error })
    throw error
  }
}

async function replayFile(options: BacktestOptions): Promise<BacktestReport> {
  const { groups, path, signal } = options
  let held: LocalTraces | undefined
  const record = createReplayRecord({ ...options, countTraces: (window) => held?.countWithin(window) })
  const counts = { spans: 0, badLines: 0 }
  const refused = new Map<RefusalReason, number>()
  const range = createDataRange()
  const ahead = createAheadCount()
  let replay: RuleReplay | undefined

  function begin({ at }: ArrivingSpans): RuleReplay {
    return createRuleReplay({
      ...options,
      groups,
      render: record.render,
      start: at,
      // At the very first moment there is nothing to look at yet.
      from: options.from ?? at + 1,
      onOutcome: async (outcome, traces) => {
        held = traces
        await record.note(outcome)
      },
    })
  }

  async function take(arriving: ArrivingSpans): Promise<Refusals> {
    // There is no time before there are spans.
    if (replay === undefined && arriving.spans.length === 0) return new Map()
    replay ??= begin(arriving)
    await replay.moveTo(arriving.at, signal)
    return replay.add(arriving.spans)
  }

  async function readAll(): Promise<void> {
    const onBadLine = (line: BadLine): void => {
      counts.badLines += 1
      options.onBadLine(line)
    }
    for await (const arriving of readArriving(path, { ...options, onBadLine })) {
      if (arriving.spans.length > 0) range.note(arriving.at)
      if (options.to !== undefined && arriving.at > options.to) {
        if (replay !== undefined) return
        // All of it is after the end: what there is, is to be told.
        continue
      }
      ahead.note(arriving.line, arriving.ahead)
      counts.spans += arriving.spans.length + arriving.ahead.length
      const taken = await take(arriving)
      for (const [reason, count] of [...arriving.refused, ...taken]) {
        refused.set(reason, (refused.get(reason) ?? 0) + count)
      }
    }
  }

  const cutOff = await faultOf(readAll())
  if (replay === undefined) {
    range.assertWithin(path, options)
    throw cutOff ?? nothingRead(path, counts.badLines)
  }
  await finish(replay, options)
  if (record.histories().every(({ evaluations }) => evaluations === 0)) range.assertWithin(path, options)
  const delivery = await record.finish()
  const { start: from, end: to } = record.period(options.from ?? replay.now())
  return {
    from,
    to,
    rules: record.histories(),
    file: { ...counts, refused, ahead: ahead.counted(), lateTraces: replay.lateTraces() },
    lagMs: undefined,
    templateFaults: record.templateFaults(),
    cutOff: cutOff?.message,
    delivery,
  }
}

function finish(replay: RuleReplay, { to, signal }: BacktestOptions): Promise<void> {
  return replay.finish(to, signal)
}

/** A file that is cut off has been read until there. */
async function faultOf(reading: Promise<void>): Promise<FileError | undefined> {
  try {
    await reading
    return undefined
  } catch (error) {
    if (error instanceof FileError) return error
    throw error
  }
}

function nothingRead(path: string, badLines: number): FileError {
  const bad = badLines > 0 ? `; bad lines: ${badLines}` : ''
  return new FileError(
    `${path}: found no spans${bad}; expected OTLP JSON Lines: one object with resourceSpans on each line`,
  )
}
