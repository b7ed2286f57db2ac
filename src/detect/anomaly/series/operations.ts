import { Operation, type OperationName } from './operation.js'
import type { Tick } from './ticks.js'

/** What was not seen for an hour goes where there is no room; what was seen a few times only, after five minutes. */
const KEPT_TICKS = 360
const KEPT_TICKS_OF_FEW = 30
const FEW = 10
/** Instead of a service. */
const VARIOUS = ''

export interface OperationsOptions {
  /** How many are followed at once. */
  readonly most: number
  /** Is told of a span whose operation is not followed, as there are too many. */
  readonly onDropped: () => void
}

/** The operations that are followed. */
export class Operations {
  private readonly all = new Map<string, Operation>()
  private readonly names = new Set<string>()
  /** Who answers each call. */
  private readonly answering = new Map<string, string>()
  private sweptAt: Tick = Number.NEGATIVE_INFINITY

  constructor(private readonly options: OperationsOptions) {}

  /** The operation of this name, which was seen in this tick; undefined where there are too many. */
  seen(id: OperationName, tick: Tick): Operation | undefined {
    const key = `${id.service}\n${id.name}\n${id.kind}\n${id.peer}\n${id.within}`
    const operation = this.all.get(key) ?? this.add(key, id, tick)
    if (operation !== undefined) operation.lastSeen = tick
    return operation
  }

  isService = (name: string): boolean => this.names.has(name)

  noteService(name: string): void {
    if (this.names.size < this.options.most) this.names.add(name)
  }

  /** Takes note of who answered a call. */
  noteAnswer(call: string, service: string): void {
    const known = this.answering.get(call)
    if (known === undefined && this.answering.size >= this.options.most) return
    if (known !== service) this.answering.set(call, known === undefined ? service : VARIOUS)
  }

  /** Who answers a call, where that is always the same service; undefined where it is not, and where nobody did so far. */
  answers(call: string): string | undefined {
    const service = this.answering.get(call)
    return service === VARIOUS ? undefined : service
  }

  get size(): number {
    return this.all.size
  }

  values(): Iterable<Operation> {
    return this.all.values()
  }

  private add(key: string, id: OperationName, tick: Tick): Operation | undefined {
    if (this.all.size >= this.options.most) this.sweep(tick)
    if (this.all.size >= this.options.most) {
      this.options.onDropped()
      return undefined
    }
    const operation = new Operation(id)
    this.all.set(key, operation)
    return operation
  }

  private sweep(tick: Tick): void {
    // Once a minute at most: it goes over all of them.
    if (tick < this.sweptAt + 6) return
    this.sweptAt = tick
    for (const [key, { lastSeen, errors }] of this.all) {
      const kept = errors.known < FEW ? KEPT_TICKS_OF_FEW : KEPT_TICKS
      if (lastSeen < tick - kept) this.all.delete(key)
    }
  }
}
