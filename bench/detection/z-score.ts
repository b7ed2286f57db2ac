import { serviceName, type Span } from '../../src/model/span.js'
import { SECOND_MS, type Timestamp } from '../../src/model/time.js'
import type { AlertLine } from './alert-line.js'
import type { DetectionSet } from './detection-set.js'
import { replaySet } from './replay-set.js'

const EVERY_MS = 30 * SECOND_MS
const LEAST_CALLS = 5
const LEAST_WINDOWS = 10
const UNUSUAL = 3
/** The weight of the newest window in what is usual. */
const NEWEST = 0.05

/** A mean and a variance that forget. */
interface Usual {
  windows: number
  mean: number
  variance: number
}

interface FollowedOperation {
  readonly service: string
  readonly name: string
  readonly durations: Usual
  readonly errors: Usual
  calls: number
  totalMs: number
  failures: number
}

/**
 * The plain way: of every operation the mean duration and the share of errors in windows of 30 s, and an alert where one
 * lies three standard deviations above its moving average. It blames the operation's own service.
 */
export async function runZScore(set: DetectionSet): Promise<readonly AlertLine[]> {
  const operations = new Map<string, FollowedOperation>()
  const alerts: AlertLine[] = []
  await replaySet(set, EVERY_MS, {
    take: (spans) => spans.forEach((span) => note(operations, span)),
    tick(at) {
      for (const operation of operations.values()) alerts.push(...judge(operation, at))
    },
  })
  return alerts
}

function note(operations: Map<string, FollowedOperation>, span: Span): void {
  const service = serviceName(span.resource) ?? ''
  const key = `${service}\n${span.name}\n${span.kind}`
  const operation = operations.get(key) ?? follow(service, span.name)
  operations.set(key, operation)
  operation.calls += 1
  operation.totalMs += Number(span.endTimeUnixNano - span.startTimeUnixNano) / 1e6
  if (span.status.code === 'error') operation.failures += 1
}

function follow(service: string, name: string): FollowedOperation {
  const nothing = (): Usual => ({ windows: 0, mean: 0, variance: 0 })
  return { service, name, durations: nothing(), errors: nothing(), calls: 0, totalMs: 0, failures: 0 }
}

function judge(operation: FollowedOperation, at: Timestamp): readonly AlertLine[] {
  const { calls, totalMs, failures, service, name } = operation
  Object.assign(operation, { calls: 0, totalMs: 0, failures: 0 })
  if (calls < LEAST_CALLS) return []
  const alert = (type: string, z: number): AlertLine[] =>
    z > UNUSUAL
      ? [{ at, type, service, candidates: [service], text: `${service} ${name}: ${type} z ${z.toFixed(1)}` }]
      : []
  return [
    ...alert('latency', scoreOf(operation.durations, totalMs / calls)),
    ...alert('errors', scoreOf(operation.errors, failures / calls)),
  ]
}

/** How many standard deviations a value lies above what is usual, of which it is a part from then on. */
function scoreOf(usual: Usual, value: number): number {
  const { windows, mean, variance } = usual
  const away = value - mean
  const weight = Math.max(NEWEST, 1 / (windows + 1))
  usual.windows += 1
  usual.mean += weight * away
  usual.variance = (1 - weight) * (variance + weight * away * away)
  return windows < LEAST_WINDOWS || variance === 0 ? 0 : away / Math.sqrt(variance)
}
