import { explainHere } from '../../detect/explain-here.js'
import type { RulePlan } from '../../model/rule-sample.js'
import { SourceError } from '../../model/source-error.js'
import type { Timestamp } from '../../model/time.js'
import { FileError } from '../../source/file/file-error.js'
import { findSteadyTimes } from '../../source/file/find-span-times.js'
import { isOrdinaryFile, type ReadProgress } from '../../source/file/read-bytes.js'
import type { BadLine } from '../../source/file/read-spans.js'
import { createTemplateRenderer } from '../../template/create-template-renderer.js'
import type { TracesHere } from '../../traces-here.js'
import { createAheadCount, describeAhead, type AheadCount } from '../ahead-spans.js'
import { describeLate } from '../late-traces.js'
import { readArriving } from '../read-arriving.js'
import { ReplayError } from '../replay-error.js'
import { createRuleReplay, type RuleReplay } from '../replay-rules.js'
import type { ExplainOptions } from './explain-over-source.js'
import type { Explanation, RecordedEvaluation, RuleInGroup, Traffic } from './explanation.js'
import { MOST_EVALUATIONS } from './look-back.js'
import { measureBack, type MeasuredBack } from './measure-back.js'
import { playEvaluations } from './play-evaluations.js'
import { showAll } from './show-all.js'

export interface ExplainOverFileOptions extends Omit<ExplainOptions, 'at'> {
  /** OTLP JSON Lines, plain or gzip. */
  readonly path: string
  /** Undefined: the last evaluation of a backtest of the file. */
  readonly at: Timestamp | undefined
  /** The memory that the spans may take which windows can still reach. */
  readonly maxBytes: number
  readonly onBadLine: (line: BadLine) => void
  readonly onProgress: (progress: ReadProgress) => void
}

/**
 * Explains a rule over a file, with what had arrived by then: a line arrives when the last span until it has ended. Throws
 * a `ReplayError` where the file cannot be used, or begins later.
 */
export async function explainOverFile(
  about: RuleInGroup,
  options: ExplainOverFileOptions,
): Promise<Explanation> {
  try {
    return await explain(about, options)
  } catch (error) {
    if (error instanceof FileError) throw new ReplayError(error.message, { cause: error })
    throw error
  }
}

async function explain(about: RuleInGroup, options: ExplainOverFileOptions): Promise<Explanation> {
  const { path, links, signal } = options
  const recording = await recordFile(about, options)
  const at = recording.recorded.at(-1)?.at
  if (at === undefined) throw tooEarly(options, recording)
  const { recorded, beginsQuiet } = await lookBack(about, at, recording, options)
  const evaluations = await playEvaluations(about, recorded, createTemplateRenderer(links), signal)
  return {
    ...about,
    source: path,
    at,
    plan: planOf(about),
    freshness: recording.freshness,
    traffic: recording.traffic,
    history: { evaluations, beginsQuiet },
    isCutOff: recording.cutOff !== undefined,
    notes: notesOf(recording),
  }
}

/** Of what was recorded, as much as matters. */
function lookBack(
  about: RuleInGroup,
  at: Timestamp,
  { recorded, begins }: Recording,
  { clock, signal }: ExplainOverFileOptions,
): Promise<MeasuredBack> {
  const byTime = new Map(recorded.map((each) => [each.at, each.measured]))
  const measure = async (_: unknown, moment: Timestamp) => [byTime.get(moment) ?? NOT_RECORDED]
  return measureBack(about, { at, measure, clock, begins, signal })
}

const NOT_RECORDED = new SourceError('no evaluation was made then', { reason: 'failed' })

interface Recording {
  /** In order of time. */
  recorded: RecordedEvaluation[]
  /** Of the last evaluation. */
  freshness: Explanation['freshness']
  traffic: Traffic | undefined
  /** When the file begins; undefined where nothing could be read. */
  begins: Timestamp | undefined
  badLines: number
  refused: number
  readonly ahead: AheadCount
  lateTraces: number
  cutOff: FileError | undefined
}

async function recordFile(about: RuleInGroup, options: ExplainOverFileOptions): Promise<Recording> {
  const recording: Recording = {
    recorded: [],
    freshness: undefined,
    traffic: undefined,
    begins: undefined,
    badLines: 0,
    refused: 0,
    ahead: createAheadCount(),
    lateTraces: 0,
    cutOff: undefined,
  }
  const replay = await replayFile(about, recording, options).catch((error: unknown) => {
    if (!(error instanceof FileError) || recording.begins === undefined) throw error
    recording.cutOff = error
    return recording
  })
  return replay
}

async function replayFile(
  about: RuleInGroup,
  recording: Recording,
  options: ExplainOverFileOptions,
): Promise<Recording> {
  const { path, at, signal } = options
  const from = await firstMoment(about, options)
  let replay: RuleReplay | undefined
  const onBadLine = (line: BadLine): void => {
    recording.badLines += 1
    options.onBadLine(line)
  }
  try {
    for await (const arriving of readArriving(path, { ...options, arrivals: undefined, onBadLine })) {
      if (at !== undefined && arriving.at > at) break
      recording.ahead.note(arriving.line, arriving.ahead)
      // There is no time before there are spans.
      if (replay === undefined && arriving.spans.length === 0) continue
      recording.begins ??= arriving.at
      replay ??= openReplay(about, recording, {
        ...options,
        start: arriving.at,
        from: from ?? arriving.at + 1,
      })
      await replay.moveTo(arriving.at, signal)
      for (const [, count] of [...arriving.refused, ...replay.add(arriving.spans)]) recording.refused += count
    }
  } finally {
    if (replay !== undefined) {
      recording.lateTraces = replay.lateTraces()
      await (at === undefined ? replay.finish(undefined, signal) : replay.settle(at, signal))
    }
  }
  return recording
}

/** The first evaluation that matters; undefined for the first of all, where the end of the file is not known beforehand. */
async function firstMoment(
  { group }: RuleInGroup,
  options: ExplainOverFileOptions,
): Promise<Timestamp | undefined> {
  const backMs = MOST_EVALUATIONS * group.intervalMs
  if (options.at !== undefined) return options.at - backMs
  if (!(await isOrdinaryFile(options.path))) return undefined
  const times = await findSteadyTimes(options.path, options)
  return times && times.end - backMs
}

interface ReplayBounds extends ExplainOverFileOptions {
  readonly start: Timestamp
  readonly from: Timestamp
}

function openReplay(about: RuleInGroup, recording: Recording, options: ReplayBounds): RuleReplay {
  const { group, rule } = about
  const { start, from, maxBytes, at, links } = options
  const note = (moment: Timestamp, measured: RecordedEvaluation['measured'], here: TracesHere): void => {
    recording.recorded.push({ at: moment, measured })
    if (recording.recorded.length > MOST_EVALUATIONS) recording.recorded.shift()
    recording.freshness = here.freshness(moment)
    recording.traffic =
      measured instanceof SourceError
        ? undefined
        : { traces: here.window.countWithin(measured.window), isAtLeast: measured.completeness === 'partial' }
  }
  return createRuleReplay({
    groups: [{ ...group, rules: [showAll(rule)] }],
    render: createTemplateRenderer(links),
    maxBytes,
    start,
    from: Math.max(from, start + 1),
    offsetMs: at === undefined ? 0 : at % group.intervalMs,
    onMeasured: (moment, [measured], here) => measured !== undefined && note(moment, measured, here),
  })
}

function planOf({ rule }: RuleInGroup): RulePlan['queries'] | SourceError {
  try {
    return explainHere(rule)
  } catch (error) {
    if (error instanceof SourceError) return error
    throw error
  }
}

function notesOf({ badLines, refused, ahead, lateTraces, cutOff }: Recording): readonly string[] {
  return [
    ...[describeAhead(ahead.counted()), describeLate(lateTraces)].filter((note) => note !== undefined),
    ...(cutOff === undefined ? [] : [`the file could not be read to its end: ${cutOff.message}`]),
    ...(badLines === 0 ? [] : [`bad lines passed over: ${badLines}`]),
    ...(refused === 0 ? [] : [`spans left out: ${refused}`]),
  ]
}

function tooEarly({ path, at }: ExplainOverFileOptions, { begins }: Recording): ReplayError {
  const asked = at === undefined ? '' : ` by ${new Date(at).toISOString()}`
  const found = begins === undefined ? 'no span' : 'too few spans for an evaluation'
  return new ReplayError(
    `${path}: found ${found}${asked}; expected OTLP JSON Lines with spans from before the evaluation`,
  )
}
