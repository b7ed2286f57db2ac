import type { Trace } from '../../model/trace.js'
import type { NanoWindow } from './nano-window.js'

/** When the spans of a trace start and end, worked out once and only if asked for. */
export class TraceTimes {
  private found: Found | undefined

  constructor(private readonly trace: Trace) {}

  /** Whether the trace overlaps the window. */
  overlaps({ start, end }: Pick<NanoWindow, 'start' | 'end'>): boolean {
    const { firstStart, lastEnd } = this.find()
    return firstStart <= end && lastEnd > start
  }

  /** Whether all of its spans start in the window, or none of them does, or only some do. */
  startsIn({ start, end }: Pick<NanoWindow, 'start' | 'end'>): 'all' | 'some' | 'none' {
    const { firstStart, lastStart } = this.find()
    if (firstStart > start && lastStart <= end) return 'all'
    return lastStart <= start || firstStart > end ? 'none' : 'some'
  }

  private find(): Found {
    this.found ??= findTimes(this.trace)
    return this.found
  }
}

interface Found {
  readonly firstStart: bigint
  readonly lastStart: bigint
  readonly lastEnd: bigint
}

function findTimes({ spans }: Trace): Found {
  let firstStart = spans[0]?.startTimeUnixNano ?? 0n
  let lastStart = firstStart
  let lastEnd = 0n
  for (const { startTimeUnixNano, endTimeUnixNano } of spans) {
    if (startTimeUnixNano < firstStart) firstStart = startTimeUnixNano
    else if (startTimeUnixNano > lastStart) lastStart = startTimeUnixNano
    if (endTimeUnixNano > lastEnd) lastEnd = endTimeUnixNano
  }
  return { firstStart, lastStart, lastEnd }
}
