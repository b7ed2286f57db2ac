import type { TraceId } from '../../model/trace-id.js'
import { TRACE, type TraceRef, type TraceRows } from './trace-rows.js'

const scratch = Buffer.alloc(16)

/** The id of a trace as it is now, whoever has its row later. It becomes a text only if somebody asks. */
export class HeldTraceId {
  private readonly id0: number
  private readonly id1: number
  private readonly id2: number
  private readonly id3: number
  private text: TraceId | undefined

  constructor(traces: TraceRows, trace: TraceRef) {
    this.id0 = traces.get(trace, TRACE.id)
    this.id1 = traces.get(trace, TRACE.id + 1)
    this.id2 = traces.get(trace, TRACE.id + 2)
    this.id3 = traces.get(trace, TRACE.id + 3)
  }

  get traceId(): TraceId {
    this.text ??= this.toText()
    return this.text
  }

  private toText(): TraceId {
    scratch.writeInt32BE(this.id0, 0)
    scratch.writeInt32BE(this.id1, 4)
    scratch.writeInt32BE(this.id2, 8)
    scratch.writeInt32BE(this.id3, 12)
    return scratch.toString('hex')
  }
}
