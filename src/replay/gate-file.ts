import { createMeasureAnomalies } from '../detect/anomaly/measure-anomalies.js'
import { createMeasureByKind } from '../detect/measure-by-kind.js'
import { createMeasureHere } from '../detect/measure-here.js'
import type { RuleGroup } from '../model/alerting-rule.js'
import { withDeadline, DeadlineExceeded } from '../model/deadline.js'
import type { Freshness } from '../model/source.js'
import { MINUTE_MS, type Interval, type Timestamp } from '../model/time.js'
import { FileError } from '../source/file/file-error.js'
import { findSteadyTimes } from '../source/file/find-span-times.js'
import { isOrdinaryFile, type ReadProgress } from '../source/file/read-bytes.js'
import type { BadLine } from '../source/file/read-spans.js'
import { describeAhead } from './ahead-spans.js'
import { judgeGate, type GateOptions, type GateReport } from './gate.js'
import { planGate } from './gate-plans.js'
import { holdFile, type HeldFile } from './hold-file.js'
import { ReplayError } from './replay-error.js'

export interface GateFileOptions extends GateOptions {
  /** OTLP JSON Lines, plain or gzip. */
  readonly path: string
  /** The memory that spans may take which windows can reach. */
  readonly maxBytes: number
  readonly onBadLine: (line: BadLine) => void
  readonly onReading: (progress: ReadProgress) => void
}

/** Spans of one trace lie no further apart than this from what is looked at. */
const LONGEST_TRACE_MS = 60 * MINUTE_MS

/**
 * Whether rules have fired over the last minutes of a file. The file is taken for all that there was: where it is shorter
 * than the window of a rule, the rule is judged once, over what there is. Throws a `ReplayError` where it cannot be used.
 */
export async function gateFile(options: GateFileOptions): Promise<GateReport> {
  const { groups, windowMs, path, clock } = options
  const deadline = clock.now() + options.timeoutMs
  const { held, data, end } = await read(options, deadline)
  const { account, cutOff, traces } = held
  return judgeGate(options, {
    plans: planGate({
      groups,
      windowMs,
      lastOf: ({ queryOffsetMs }) => end + queryOffsetMs,
      dataStart: data.start,
    }),
    measure: createMeasureByKind({
      anomalies: createMeasureAnomalies({ traces, freshness: allThere }),
      expressions: createMeasureHere({ traces, freshness: allThere, latenessMs: 0 }),
    }),
    period: { start: end - windowMs, end },
    deadline,
    problems: () => [...(cutOff === undefined ? [] : [cutOff]), ...lostIn(path, account)],
  })
}

/** The file is taken for all that there was. */
function allThere(): Freshness {
  return { lagMs: 0, known: true }
}

interface ReadFile {
  readonly held: HeldFile
  /** When its first span begins and its last one ends. */
  readonly data: Interval
  readonly end: Timestamp
}

async function read(options: GateFileOptions, deadline: Timestamp): Promise<ReadFile> {
  const { path, clock } = options
  try {
    return await withDeadline(clock, deadline - clock.now(), options.signal, (signal) =>
      readWithin({ ...options, signal }),
    )
  } catch (error) {
    if (error instanceof FileError) throw new ReplayError(error.message, { cause: error })
    if (!(error instanceof DeadlineExceeded)) throw error
    throw new ReplayError(`--timeout: ${path} could not be read within ${options.timeoutMs / 1000} s`)
  }
}

async function readWithin(options: GateFileOptions): Promise<ReadFile> {
  const { path, signal } = options
  if (!(await isOrdinaryFile(path)))
    throw new ReplayError(`${path}: expected an ordinary file, which can be read twice`)
  const data = await findSteadyTimes(path, { signal })
  if (data === undefined) throw new ReplayError(`${path}: found no spans; expected OTLP JSON Lines`)
  const end = options.end ?? data.end
  const reach = { start: end - reachOf(options.groups, options.windowMs), end: end + LONGEST_TRACE_MS }
  const held = await holdFile(path, {
    ...options,
    reach,
    // What is before the end that somebody names is there.
    end: Math.max(data.end, end),
    onProgress: options.onReading,
  })
  return { held, data, end }
}

/** How far before the end spans matter. */
function reachOf(groups: readonly RuleGroup[], gateMs: number): number {
  const windows = groups.flatMap(({ rules }) => rules.map(({ windowMs }) => windowMs))
  return gateMs + Math.max(...windows) + LONGEST_TRACE_MS
}

/** What of the file is not in the traces, though it should be. */
function lostIn(path: string, { badLines, refused, ahead }: HeldFile['account']): readonly string[] {
  const tooFar = describeAhead(ahead)
  const lost = [...refused].reduce((sum, [reason, count]) => sum + (reason === 'duplicate' ? 0 : count), 0)
  return [
    ...(tooFar === undefined ? [] : [`${path}: ${tooFar}`]),
    ...(badLines > 0 ? [`${path}: bad lines passed over: ${badLines}`] : []),
    ...(lost > 0 ? [`${path}: spans left out: ${lost}`] : []),
  ]
}
