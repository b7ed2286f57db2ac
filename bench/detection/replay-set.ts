import type { Span } from '../../src/model/span.js'
import type { Timestamp } from '../../src/model/time.js'
import { readArriving } from '../../src/replay/read-arriving.js'
import type { DetectionSet } from './detection-set.js'

/** What looks at spans as they arrive, and at itself every so often. */
export interface Watcher {
  take(spans: readonly Span[], at: Timestamp): void
  tick(at: Timestamp): Promise<void> | void
}

/** Plays a set from its first to its last line in the time of the data, with a tick at each multiple of `everyMs`. */
export async function replaySet(set: DetectionSet, everyMs: number, watcher: Watcher): Promise<void> {
  const options = {
    arrivals: set.arrivals,
    onBadLine: () => {},
    onProgress: () => {},
    signal: new AbortController().signal,
  }
  let next: Timestamp | undefined
  for await (const { at, spans } of readArriving(set.traces, options)) {
    next ??= Math.ceil(at / everyMs) * everyMs
    for (; next <= at; next += everyMs) await watcher.tick(next)
    watcher.take(spans, at)
  }
}
