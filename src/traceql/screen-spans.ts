import type { Span } from '../model/span.js'
import type { ScreenAmong, ScreenRest, SpanScreen } from '../model/span-screen.js'
import type { SpanLayout } from '../model/trace-glance.js'
import type { SpanHint, SpanTest } from './span-hint.js'

/** Whether a trace with this span may have spans that are chosen; undefined where every span may be of such a trace. */
export function toSpanTest(hints: readonly SpanHint[] | undefined): SpanScreen | undefined {
  const tests = hints?.map(joinParts)
  if (hints === undefined || tests === undefined || tests.includes(undefined)) return undefined
  const [only] = tests
  const test: SpanTest =
    only !== undefined && tests.length === 1
      ? (span) => only(span)
      : (span) => tests.some((one) => one?.(span))
  return Object.assign(test, { among: createAmong(hints) })
}

/** Undefined where there is nothing that tells a span from others. */
export function joinParts({ ofResource, ofShape, ofDuration, ofSpan }: SpanHint): SpanTest | undefined {
  const onDuration: SpanTest | undefined =
    ofDuration &&
    (({ startTimeUnixNano, endTimeUnixNano }) => ofDuration(Number(endTimeUnixNano - startTimeUnixNano)))
  const parts = [ofResource, ofShape, onDuration, ofSpan].filter((part) => part !== undefined)
  const [first, second] = parts
  if (first === undefined) return undefined
  if (second === undefined) return first
  return (span) => parts.every((part) => part(span))
}

/** A hint that is certain to hold makes the others needless, but none of those before it, of which one may fail. */
function createAmong(hints: readonly SpanHint[]): ScreenAmong {
  return (span, layout) => {
    const rests: ScreenRest[] = []
    for (const hint of hints) {
      const verdict = narrow(hint, span, layout)
      if (verdict === true && rests.length === 0) return true
      if (verdict !== false) rests.push(verdict === true ? always : verdict)
      if (verdict === true) break
    }
    const [only] = rests
    if (only === undefined) return false
    return rests.length === 1 ? only : (each, durationNano) => rests.some((rest) => rest(each, durationNano))
  }
}

const always: ScreenRest = () => true

function narrow(hint: SpanHint, span: Span, layout: SpanLayout | undefined): boolean | ScreenRest {
  const { ofResource, ofShape, ofDuration, ofSpan, neededKeys } = hint
  if (ofResource?.(span) === false || ofShape?.(span) === false) return false
  if (layout !== undefined && !neededKeys.every((key) => layout.has(key))) return false
  if (ofDuration === undefined) return ofSpan ?? true
  if (ofSpan === undefined) return (_span, durationNano) => ofDuration(durationNano)
  return (each, durationNano) => ofDuration(durationNano) && ofSpan(each)
}
