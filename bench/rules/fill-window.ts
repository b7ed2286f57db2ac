import type { Timestamp } from '../../src/model/time.js'
import type { TraceWindow } from '../../src/source/window/trace-window.js'
import { encodeSpans } from '../load/encode-spans.js'
import { createRandom } from '../load/random.js'
import { makeTrace, type ShopSpan } from '../load/shop.js'
import { serviceOf } from './rule-set.js'

export interface FillOptions {
  readonly window: TraceWindow
  readonly traces: number
  readonly shops: number
  /** The traces start evenly between these. */
  readonly start: Timestamp
  readonly end: Timestamp
}

const TRACES_A_REQUEST = 60
const SEED = 4

/** Sends the traffic of many shops to a window; answers how many spans that were. */
export function fillWindow({ window, traces, shops, start, end }: FillOptions): number {
  const random = createRandom(SEED)
  let spans = 0
  let request: ShopSpan[] = []
  for (let index = 0; index < traces; index += 1) {
    const at = Math.floor(start + ((end - start) * index) / traces)
    const shop = Math.floor(random() * shops)
    for (const span of makeTrace(random, at)) {
      request.push({ ...span, service: serviceOf(shop, span.service) })
      spans += 1
    }
    if ((index + 1) % TRACES_A_REQUEST === 0 || index + 1 === traces) {
      window.add(Buffer.from(encodeSpans(request)))
      request = []
    }
  }
  return spans
}
