import type { Span } from '../../model/span.js'
import type { Trace } from '../../model/trace.js'
import { TraceContext, TraceqlError, type Selection, type SpanTest } from '../../traceql/index.js'
import { SpanIndex } from './span-index.js'

/** Is given the spans, at least one, that a selection chooses of a trace. */
export type OnChosen = (selection: number, context: TraceContext, spans: readonly Span[]) => void

/** What becomes of the traces that are judged one after the other. */
export interface Judging {
  readonly onChosen: OnChosen
  /** Why a selection could not be made of some trace; it is left out from then on. */
  readonly failures: Map<number, TraceqlError>
}

/**
 * Makes the selections of many rules over one trace after another: each trace is looked at once, and each selection made
 * only where it may choose something. It is a class, as this is the hot path.
 */
export class TraceJudge {
  private readonly index: SpanIndex
  /** Those that no single span tells of. */
  private readonly unhinted: readonly number[]
  /** The selections that the present trace is of interest to, and the spans that passed. */
  private touched: number[] = []
  private readonly passed: Span[][]
  private readonly isTouched: boolean[]

  constructor(private readonly selections: readonly Selection[]) {
    this.index = new SpanIndex(selections)
    this.unhinted = selections.flatMap(({ hints }, index) => (hints === undefined ? [index] : []))
    this.passed = selections.map(() => [])
    this.isTouched = selections.map(() => false)
  }

  /** Whether a trace with this span may be of interest; undefined where every trace may be. */
  get mayInterest(): SpanTest | undefined {
    const isEvery = this.selections.some(({ hints }) => hints === undefined || hints.some(isTrivial))
    if (isEvery) return undefined
    return (span) => this.index.candidates(span).some(({ test }) => test === undefined || test(span))
  }

  judge(trace: Trace, judging: Judging): void {
    const context = new TraceContext(trace)
    for (const span of trace.spans) this.look(span)
    const { touched } = this
    this.touched = []
    for (const selection of touched) this.choose(selection, context, judging)
    for (const selection of this.unhinted) this.attempt(selection, context, judging)
  }

  private look(span: Span): void {
    for (const { selection, test } of this.index.candidates(span)) {
      if (test !== undefined && !test(span)) continue
      if (this.isTouched[selection] !== true) {
        this.isTouched[selection] = true
        this.touched.push(selection)
      }
      this.passed[selection]?.push(span)
    }
  }

  private choose(selection: number, context: TraceContext, judging: Judging): void {
    const spans = this.passed[selection] ?? []
    this.passed[selection] = []
    this.isTouched[selection] = false
    if (this.selections[selection]?.isSpanwise !== true) this.attempt(selection, context, judging)
    else guard(selection, judging, () => judging.onChosen(selection, context, spans))
  }

  private attempt(selection: number, context: TraceContext, judging: Judging): void {
    const { ofTrace, evaluate } = this.selections[selection] ?? NOTHING
    guard(selection, judging, () => {
      if (ofTrace?.(context) === false) return
      const [first, ...others] = evaluate(context)
      if (first === undefined) return
      const spans = others.length === 0 ? first.spans : [first, ...others].flatMap((spanset) => spanset.spans)
      judging.onChosen(selection, context, spans)
    })
  }
}

function guard(selection: number, { failures }: Judging, work: () => void): void {
  if (failures.has(selection)) return
  try {
    work()
  } catch (error) {
    if (!(error instanceof TraceqlError)) throw error
    failures.set(selection, error)
  }
}

const NOTHING: Pick<Selection, 'ofTrace' | 'evaluate'> = { ofTrace: undefined, evaluate: () => [] }

function isTrivial({ ofResource, ofShape, ofSpan }: NonNullable<Selection['hints']>[number]): boolean {
  return ofResource === undefined && ofShape === undefined && ofSpan === undefined
}
