import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { AnomalyRule, Sensitivity } from '../../model/alerting-rule.js'
import type { Finding } from '../../model/finding.js'
import type { ArrivalMark, LocalTraces } from '../../model/local-traces.js'
import { MINUTE_MS, type Timestamp } from '../../model/time.js'
import type { SnapshotStore } from '../../store/snapshot-store.js'
import { AnomalyEngine } from './anomaly-engine.js'
import { buildFinding } from './build-finding.js'
import type { Incident } from './incident.js'
import { createPickSpans } from './pick-spans.js'
import { openSealed, sealBytes } from './sealed-bytes.js'
import type { Strictness } from './series/judgement.js'
import { endOfTick, TICK_MS, type Tick } from './series/ticks.js'
import { ToldIncident } from './told-incident.js'

/** So far back traces are looked at in the beginning, and after a pause. */
const LOOK_BACK_MS = 30 * MINUTE_MS
const MOST_OPERATIONS = 5000
/** After so many spans others have their turn. */
const SPANS_A_TURN = 20_000
/** What was learned is saved every five minutes, in so many bytes at most. */
const SAVED_EVERY = 30
const MOST_SAVED_BYTES = 12 * 1024 * 1024
/** Bad calls are compared with good ones over the last minute. */
const COMPARED_TICKS = 6

const STRICTNESS: Readonly<Record<Sensitivity, Omit<Strictness, 'minTraffic'>>> = {
  low: { score: 8, excessMs: 50 },
  medium: { score: 5, excessMs: 20 },
  high: { score: 4, excessMs: 8 },
}

export interface CourseOptions {
  readonly traces: LocalTraces
  /** Where what was learned is kept over a restart; undefined where it is not. */
  readonly snapshots?: SnapshotStore | undefined
  /** Is told of each span whose operation is not followed, as there are too many. */
  readonly onDropped?: (() => void) | undefined
  /** Is told up to when spans have been looked at: those that end before and come later are not. */
  readonly onSealed?: ((until: Timestamp) => void) | undefined
  /** Is told of what was learned before and could not be read, or of what could not be kept. */
  readonly onUnkept?: ((error: unknown) => void) | undefined
}

/** One engine on its way through time. Several may ask it to go on at once: it takes one after the other. */
export interface Course {
  /** Goes on until the end of this tick. Answers what is unlike normal then. Rejects when aborted. */
  follow(last: Tick, signal: AbortSignal): Promise<Finding | undefined>
}

/** Begins where an engine of the same key was before a restart. Throws a `SourceError` for a filter that is wrong. */
export async function openCourse(key: string, rule: AnomalyRule, options: CourseOptions): Promise<Course> {
  const { traces, snapshots, onUnkept = () => {}, onDropped = () => {}, onSealed } = options
  const name = `anomalies-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`
  const pick = createPickSpans(rule.expr)
  const told = new ToldIncident()
  const engine = await load(create())
  let next: Tick | undefined
  let savedAt: Tick | undefined
  let incident: Incident | undefined

  function create(): AnomalyEngine {
    const { signals, sensitivity, minTraffic, warmUpMs } = rule
    const strictness = { ...STRICTNESS[sensitivity], minTraffic }
    return new AnomalyEngine({
      strictness,
      signals,
      warmUpMs,
      pick,
      onDropped,
      mostOperations: MOST_OPERATIONS,
    })
  }

  /** What cannot be read is learned anew. */
  async function load(fresh: AnomalyEngine): Promise<AnomalyEngine> {
    try {
      const saved = await snapshots?.loadSnapshot(name)
      if (saved !== undefined) fresh.load(openSealed(saved.bytes))
      return fresh
    } catch (error) {
      onUnkept(error)
      return create()
    }
  }

  async function save(tick: Tick): Promise<void> {
    savedAt ??= tick
    if (snapshots === undefined || tick < savedAt + SAVED_EVERY) return
    savedAt = tick
    const bytes = sealBytes(engine.save(MOST_SAVED_BYTES))
    await snapshots.saveSnapshot({ name, at: endOfTick(tick), bytes }).catch(onUnkept)
  }

  function firstTick(last: Tick): Tick {
    const since = Math.max(endOfTick(last) - LOOK_BACK_MS, traces.completeSince())
    return Math.min(last, Math.ceil(since / TICK_MS))
  }

  async function passOver(tick: Tick, mark: ArrivalMark, signal: AbortSignal): Promise<void> {
    let spans = 0
    for (const trace of traces.within({ start: tick * TICK_MS, end: endOfTick(tick) }, mark)) {
      engine.note(tick, trace)
      spans += trace.spans.length
      if (spans < SPANS_A_TURN) continue
      spans = 0
      await setImmediate()
      signal.throwIfAborted()
    }
  }

  function find(last: Tick, mark: ArrivalMark): Finding | undefined {
    if (incident === undefined) return undefined
    const { isService, normalize } = engine
    const window = { start: (last - COMPARED_TICKS + 1) * TICK_MS, end: endOfTick(last) }
    return buildFinding(incident, { isService, normalize, traces, window, mark })
  }

  async function follow(last: Tick, signal: AbortSignal): Promise<Finding | undefined> {
    const mark = traces.mark()
    for (let tick = Math.max(next ?? 0, firstTick(last)); tick <= last; tick += 1) {
      // Before, as what was seen of a tick when it is aborted must not be seen again.
      next = tick + 1
      await passOver(tick, mark, signal)
      onSealed?.(endOfTick(tick))
      incident = engine.close(tick)
    }
    await save(last)
    return told.keep(find(last, mark))
  }

  let turn: Promise<unknown> = Promise.resolve()
  return {
    follow: (last, signal) => {
      const found = turn.then(() => follow(last, signal))
      turn = found.catch(() => {})
      return found
    },
  }
}
