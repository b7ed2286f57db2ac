import type { Span } from '../../model/span.js'
import { startsIn, toNanoWindow } from './nano-window.js'
import type { SelectionTable, TaskTaker } from './selection-table.js'
import { ShapeTally, type TallyNeeds } from './shape-tally.js'
import type { OnAlike } from './trace-judge.js'

/** The spans of a pass that are taken together, counted by their shape. */
export interface AlikeTallies {
  /** What the spans of the next trace are shown to. */
  nextTrace(): OnAlike
  /** Gives what was counted to those who take it. */
  give(): void
}

interface Tallied {
  readonly sample: Span
  /** By window. */
  readonly tallies: readonly ShapeTally[]
}

export function createAlikeTallies({ takers, windows }: SelectionTable): AlikeTallies {
  const nanos = windows.map(toNanoWindow)
  const bySelections = new Map<readonly number[], Tallied>()
  let trace = 0

  const takersOf = (selections: readonly number[]): readonly TaskTaker[] =>
    selections.flatMap((selection) => takers[selection] ?? [])

  function begin(selections: readonly number[], span: Span): Tallied {
    const needs = findNeeds(takersOf(selections))
    const tallied = { sample: toSample(span), tallies: nanos.map(() => new ShapeTally(needs)) }
    bySelections.set(selections, tallied)
    return tallied
  }

  const onAlike: OnAlike = (selections, span, startNano, durationNano) => {
    const { tallies } = bySelections.get(selections) ?? begin(selections, span)
    for (let index = 0; index < nanos.length; index += 1) {
      const window = nanos[index]
      if (window !== undefined && startsIn(span, startNano, window)) {
        tallies[index]?.add(span, trace, startNano, durationNano)
      }
    }
  }

  return {
    nextTrace: () => {
      trace += 1
      return onAlike
    },
    give: () => {
      for (const [selections, { sample, tallies }] of bySelections) {
        for (const { taker, window } of takersOf(selections)) {
          const alike = taker.alike && tallies[window]?.toAlike(sample, taker.alike.exemplars)
          if (alike !== undefined) taker.alike?.take(alike)
        }
      }
    },
  }
}

function findNeeds(takers: readonly TaskTaker[]): TallyNeeds {
  const wanted = takers.flatMap(({ taker }) => taker.alike ?? [])
  return {
    durations: wanted.some(({ needsDurations }) => needsDurations),
    greatest: wanted.some(({ exemplars }) => exemplars === 'greatest'),
    least: wanted.some(({ exemplars }) => exemplars === 'least'),
  }
}

/** A span that has what its shape tells, and stays as it is. */
function toSample({ resource, name, kind, status }: Span): Span {
  return {
    traceId: '',
    spanId: '',
    parentSpanId: undefined,
    traceState: '',
    flags: 0,
    name,
    kind,
    startTimeUnixNano: 0n,
    endTimeUnixNano: 0n,
    attributes: new Map(),
    events: [],
    links: [],
    status,
    resource,
    scope: { name: '', version: '', attributes: new Map() },
  }
}
