import type { Span } from '../../model/span.js'
import type { Trace } from '../../model/trace.js'
import { glanceAt, type TraceGlance } from '../../model/trace-glance.js'
import { TraceContext, TraceqlError, type Selection, type SpanTest } from '../../traceql/index.js'
import { SpanIndex, type Candidate, type SelectionUse } from './span-index.js'

/** Is given the spans, at least one, that a selection chooses of a trace. */
export type OnChosen = (selection: number, context: TraceContext, spans: readonly Span[]) => void

/**
 * Is shown a span that these selections choose; it is only good for the call. All spans that are shown with one list have
 * one resource, name, kind and status, and they have a parent or have none.
 */
export type OnAlike = (
  selections: readonly number[],
  span: Span,
  startNano: number,
  durationNano: number,
) => void

/** What becomes of the traces that are judged one after the other. */
export interface Judging {
  readonly onChosen: OnChosen
  /** Why a selection could not be made of some trace; it is left out from then on. */
  readonly failures: Map<number, TraceqlError>
}

/**
 * Makes the selections of many rules over one trace after another: each trace is looked at once, made ready only where
 * something may be chosen of it, and each selection made only where it may choose something. It is a class, as this is the
 * hot path.
 */
export class TraceJudge {
  private readonly selections: readonly Selection[]
  private readonly index: SpanIndex
  /** Those that no single span tells of. */
  private readonly unhinted: readonly number[]
  /** The selections that the present trace is of interest to, and the places of the spans that passed. */
  private touched: number[] = []
  private readonly passed: number[][]
  private readonly isTouched: boolean[]
  /** Whether it matters for spans that are alike whether their trace has a tree. */
  private readonly asksForTree: boolean

  constructor(uses: readonly SelectionUse[]) {
    this.selections = uses.map(({ selection }) => selection)
    this.index = new SpanIndex(uses)
    this.unhinted = this.selections.flatMap(({ hints }, index) => (hints === undefined ? [index] : []))
    this.passed = uses.map(() => [])
    this.isTouched = uses.map(() => false)
    this.asksForTree = uses.some(({ isTakenAlike, selection }) => isTakenAlike && selection.needsTree)
  }

  /** Judges a trace that is ready. */
  judge(trace: Trace, judging: Judging): void {
    this.judgeGlance(glanceAt(trace), judging, () => {})
  }

  /** The same of a trace that may not have to be made ready. Spans that are taken together are shown to `onAlike`. */
  judgeGlance(glance: TraceGlance, judging: Judging, onAlike: OnAlike): number {
    let place = 0
    const hasTree = !this.asksForTree || glance.hasUsableIds()
    glance.eachSpan((span, startNano, durationNano, traits, layout) => {
      const shape = this.index.shapeOf(span, traits, layout)
      const selections = hasTree ? shape.alike : shape.alikeWithoutTree
      if (selections.length > 0) onAlike(selections, span, startNano, durationNano)
      for (const candidate of shape.candidates) {
        if (!isChosen(candidate, span, durationNano, judging)) continue
        const { alike, needsTree, isTakenEach } = candidate
        if (alike !== undefined && (hasTree || !needsTree)) onAlike(alike, span, startNano, durationNano)
        if (isTakenEach) this.note(candidate.selection, place)
      }
      place += 1
    })
    this.finish(glance, judging)
    return place
  }

  private note(selection: number, place: number): void {
    if (this.isTouched[selection] !== true) {
      this.isTouched[selection] = true
      this.touched.push(selection)
    }
    this.passed[selection]?.push(place)
  }

  private finish(glance: TraceGlance, judging: Judging): void {
    const { touched, unhinted } = this
    if (touched.length + unhinted.length === 0) return
    this.touched = []
    const context = new TraceContext(glance)
    for (const selection of touched) this.choose(selection, context, judging)
    for (const selection of unhinted) this.attempt(selection, context, judging)
  }

  private choose(selection: number, context: TraceContext, judging: Judging): void {
    const places = this.passed[selection] ?? []
    this.passed[selection] = []
    this.isTouched[selection] = false
    const known = this.selections[selection]
    if (known?.isSpanwise !== true) return this.attempt(selection, context, judging)
    if (known.needsTree && !context.hasTree()) return
    const spans = places.flatMap((place) => context.trace.spans[place] ?? [])
    this.tell(selection, context, spans, judging)
  }

  private attempt(selection: number, context: TraceContext, judging: Judging): void {
    const known = this.selections[selection]
    if (known === undefined || judging.failures.has(selection)) return
    try {
      if (known.ofTrace?.(context) === false) return
      const [first, ...others] = known.evaluate(context)
      if (first === undefined) return
      const all = others.length === 0 ? first.spans : [first, ...others].flatMap(({ spans }) => spans)
      judging.onChosen(selection, context, all)
    } catch (error) {
      noteFailure(selection, error, judging)
    }
  }

  private tell(selection: number, context: TraceContext, spans: readonly Span[], judging: Judging): void {
    if (judging.failures.has(selection)) return
    try {
      judging.onChosen(selection, context, spans)
    } catch (error) {
      noteFailure(selection, error, judging)
    }
  }
}

function isChosen(
  { selection, durationTest, test }: Candidate,
  span: Span,
  durationNano: number,
  judging: Judging,
): boolean {
  if (durationTest !== undefined && !durationTest(durationNano)) return false
  return test === undefined || passes(test, span, selection, judging)
}

function passes(test: SpanTest, span: Span, selection: number, judging: Judging): boolean {
  try {
    return test(span)
  } catch (error) {
    noteFailure(selection, error, judging)
    return false
  }
}

function noteFailure(selection: number, error: unknown, { failures }: Judging): void {
  if (!(error instanceof TraceqlError)) throw error
  failures.set(selection, error)
}
