import {
  callAttributes,
  callName,
  publishAttributes,
  servedAttributes,
  storeAttributes,
} from './attributes.js'
import type { Dice } from './dice.js'
import type { ActiveEffects, Failure, Requester, Visit } from './effect.js'
import { encodeException } from './encode-exception.js'
import { drawMs } from './latency.js'
import { KIND, type SimulatedSpan } from './simulated-span.js'
import type {
  CacheStep,
  CallStep,
  Operation,
  Pod,
  PublishStep,
  SimulatedSystem,
  Step,
  StoreStep,
} from './system.js'
import { EXCEPTIONS } from './vocabulary.js'

/** What a request runs in. */
export interface Stage {
  readonly system: SimulatedSystem
  readonly dice: Dice
  readonly active: ActiveEffects
  readonly emit: (span: SimulatedSpan) => void
}

/** How a visit or a step ended. */
interface Outcome {
  readonly endMs: number
  readonly failure: Failure | undefined
  /** Of HTTP; 0 where there was no answer. */
  readonly code: number
}

interface Parent {
  readonly traceId: string
  readonly spanId: string
}

interface Link {
  readonly links: string
}

const NO_PARENT = ''
const REFUSED_MS = 1.5
const BACK_OFF_MS = 25
const REFUSED: Failure = { type: 'ConnectException', message: 'Connection refused', isEarly: true, code: 503 }
const TIMED_OUT: Failure = {
  type: 'TimeoutException',
  message: 'deadline exceeded',
  isEarly: true,
  code: 504,
}

/** Serves an operation once, with all that it causes, and answers how it ended. */
export function serve(
  stage: Stage,
  operation: Operation,
  requester: Requester,
  atMs: number,
  parentSpanId: string,
): Outcome {
  const pod = choosePod(stage, operation, atMs)
  const visit = { operation, pod, requester, atMs }
  return serveOn(stage, visit, parentSpanId, { links: '' })
}

/** The pod that takes a request, among those that are there; each is as likely. */
export function choosePod({ active, dice }: Stage, { service }: Operation, atMs: number): Pod {
  let pods: readonly Pod[] = service.pods
  for (const effect of active.pods) pods = effect.pods(service, atMs, pods)
  return dice.pick(pods)
}

function serveOn(stage: Stage, visit: Visit, parentSpanId: string, { links }: Link): Outcome {
  const { operation, pod, requester, atMs } = visit
  const span = { traceId: requester.traceId, spanId: stage.dice.hex(16) }
  const failure = failureOf(stage, visit)
  const done = runSteps(stage, visit, span, failure)
  const code = codeOf(stage, visit, done.failure)
  stage.emit({
    ...span,
    parentSpanId,
    service: operation.service,
    pod,
    scope: operation.protocol,
    name: operation.name,
    kind: KIND[operation.kind],
    startMs: atMs,
    endMs: done.endMs,
    attributes: servedAttributes(operation, code, requester, stage.system),
    links,
    ...marksOf(operation, done.failure, done.failure === failure),
  })
  return { ...done, code }
}

function codeOf({ active, dice }: Stage, visit: Visit, failure: Failure | undefined): number {
  if (failure !== undefined) return failure.code
  let share = visit.operation.notFoundShare
  for (const effect of active.notFoundShare) share = effect.notFoundShare(visit, share)
  return dice.chance(share) ? 404 : 200
}

/** What a failure leaves in a span: a status and an exception, where the service writes such things down. */
function marksOf(
  { service }: Operation,
  failure: Failure | undefined,
  isOrigin: boolean,
): Pick<SimulatedSpan, 'failed' | 'message' | 'events'> {
  const { status, exceptions } = service.instrumentation
  return {
    failed: failure !== undefined && status === 'full',
    message: failure !== undefined && status === 'full' ? failure.message : '',
    events: failure !== undefined && exceptions && isOrigin ? encodeException(failure) : '',
  }
}

function failureOf({ active, dice }: Stage, visit: Visit): Failure | undefined {
  for (const effect of active.fails) {
    const failure = effect.fails(visit)
    if (failure !== undefined) return failure
  }
  return dice.chance(visit.operation.failShare) ? usualFailure(dice, visit) : undefined
}

/** A failure as this service has them now and then; an operation has always the same one or two. */
function usualFailure(dice: Dice, { operation }: Visit): Failure {
  const known = EXCEPTIONS[operation.service.language]
  const [type, message] = known[(operation.name.length + dice.whole(0, 1)) % known.length] ?? [
    'Error',
    'failed',
  ]
  return { type, message, isEarly: dice.chance(0.5), code: 500 }
}

function runSteps(stage: Stage, visit: Visit, span: Parent, failure: Failure | undefined): Outcome {
  const steps = stepsOf(stage, visit)
  const pieceMs = workOf(stage, visit) / (steps.length + 1)
  let atMs = passes(stage, visit.pod, visit.atMs, pieceMs)
  if (failure?.isEarly === true) return { endMs: atMs, failure, code: failure.code }
  const startMs = atMs
  for (const step of steps) {
    const done = runStep(stage, visit, span, step, visit.operation.isParallel ? startMs : atMs)
    atMs = passes(stage, visit.pod, Math.max(atMs, done.endMs), pieceMs)
    if (done.failure !== undefined && step.isVital)
      return { endMs: atMs, failure: passedOn(done.failure), code: 500 }
  }
  return { endMs: atMs, failure, code: failure?.code ?? 200 }
}

/** Who could not do without what failed fails as well, in its own words. */
function passedOn(failure: Failure): Failure {
  return { ...failure, code: failure.code === 504 ? 504 : 500 }
}

function stepsOf({ active }: Stage, visit: Visit): readonly Step[] {
  let steps = visit.operation.steps
  for (const effect of active.steps) steps = effect.steps(visit, steps)
  return steps
}

function workOf({ active, dice }: Stage, visit: Visit): number {
  let ms = drawMs(visit.operation.work, dice)
  for (const effect of active.workMs) ms = effect.workMs(visit, ms)
  return ms
}

/** When so many milliseconds of work are done on a pod that begins now, and that may stand still meanwhile. */
function passes({ active }: Stage, pod: Pod, atMs: number, workMs: number): number {
  let endMs = atMs + workMs
  for (const effect of active.resumesMs) {
    const standsUntil = Math.max(effect.resumesMs(pod, atMs), effect.resumesMs(pod, endMs))
    if (standsUntil > endMs) endMs = standsUntil
  }
  return endMs
}

function runStep(stage: Stage, visit: Visit, span: Parent, step: Step, atMs: number): Outcome {
  let outcome: Outcome = { endMs: atMs, failure: undefined, code: 200 }
  for (let left = timesOf(stage, visit, step); left > 0; left -= 1) {
    outcome = runOnce(stage, { ...visit, atMs: outcome.endMs }, span, step)
    if (outcome.failure !== undefined && step.isVital) break
  }
  return outcome
}

function timesOf({ active, dice }: Stage, visit: Visit, step: Step): number {
  let times = dice.chance(step.share) ? dice.whole(step.leastTimes, step.mostTimes) : 0
  for (const effect of active.times) times = effect.times(visit, step, times)
  return times
}

/** Makes a step once; the visit's moment is when it is made. */
function runOnce(stage: Stage, visit: Visit, span: Parent, step: Step): Outcome {
  switch (step.kind) {
    case 'call':
      return callWithRetries(stage, visit, span, step)
    case 'store':
      return askStore(stage, visit, span, step)
    case 'cache':
      return lookIntoCache(stage, visit, span, step)
    case 'publish':
      return publish(stage, visit, span, step)
    case 'inner': {
      const endMs = passes(stage, visit.pod, visit.atMs, drawMs(step.latency, stage.dice))
      emitInner(stage, visit, span, {
        name: step.name,
        kind: KIND.internal,
        scope: 'app',
        endMs,
        attributes: '',
      })
      return { endMs, failure: undefined, code: 200 }
    }
  }
}

interface InnerSpan {
  readonly name: string
  readonly kind: number
  readonly scope: string
  readonly endMs: number
  readonly attributes: string
  readonly spanId?: string
  readonly failure?: Failure | undefined
  /** Whether the failure began with it. */
  readonly isOrigin?: boolean
}

function emitInner(stage: Stage, { operation, pod, atMs }: Visit, parent: Parent, inner: InnerSpan): void {
  const { failure, isOrigin = false, endMs, spanId = stage.dice.hex(16), ...shape } = inner
  stage.emit({
    ...shape,
    traceId: parent.traceId,
    spanId,
    parentSpanId: parent.spanId,
    service: operation.service,
    pod,
    startMs: atMs,
    endMs,
    links: '',
    ...marksOf(operation, failure, isOrigin),
  })
}

function callWithRetries(stage: Stage, visit: Visit, span: Parent, step: CallStep): Outcome {
  let retries = step.retries
  for (const effect of stage.active.retries) retries = effect.retries(visit, step, retries)
  let outcome = call(stage, visit, span, step)
  for (let tried = 0; tried < retries && outcome.failure !== undefined; tried += 1) {
    outcome = call(stage, { ...visit, atMs: outcome.endMs + BACK_OFF_MS * stage.dice.share() }, span, step)
  }
  return outcome
}

function call(stage: Stage, visit: Visit, span: Parent, step: CallStep): Outcome {
  const hasSpan = visit.operation.service.instrumentation.clientSpans
  const spanId = hasSpan ? stage.dice.hex(16) : span.spanId
  const outcome = reach(stage, visit, spanId, step)
  if (hasSpan) {
    emitInner(stage, visit, span, {
      spanId,
      name: callName(visit.operation, step),
      kind: KIND.client,
      scope: `${step.to.protocol} client`,
      endMs: outcome.endMs,
      attributes: callAttributes(visit.operation, step, outcome.code),
      failure: outcome.failure,
      isOrigin: outcome.code === 0,
    })
  }
  return outcome
}

/** The way to the callee and back, as its caller sees it. */
function reach(stage: Stage, visit: Visit, parentSpanId: string, { to, timeoutMs }: CallStep): Outcome {
  const pod = choosePod(stage, to, visit.atMs)
  const there = networkMs(stage, visit, to, pod)
  const arrivesMs = visit.atMs + there
  if (stage.active.refuses.some((effect) => effect.refuses(pod, arrivesMs))) {
    return { endMs: visit.atMs + REFUSED_MS * (1 + stage.dice.share()), failure: REFUSED, code: 0 }
  }
  const served = serveOn(
    stage,
    { operation: to, pod, requester: visit.requester, atMs: arrivesMs },
    parentSpanId,
    { links: '' },
  )
  const endMs = served.endMs + networkMs(stage, visit, to, pod)
  if (endMs - visit.atMs > timeoutMs) return { endMs: visit.atMs + timeoutMs, failure: TIMED_OUT, code: 0 }
  return { endMs, failure: served.failure, code: served.code }
}

function networkMs({ active, dice }: Stage, from: Visit, callee: Operation, to: Pod): number {
  let ms = dice.logNormal(
    from.pod.node === to.node ? 0.15 : from.pod.node.zone === to.node.zone ? 0.4 : 0.9,
    0.4,
  )
  for (const effect of active.networkMs) ms = effect.networkMs({ from, to, callee }, ms)
  return ms
}

function askStore(stage: Stage, visit: Visit, span: Parent, step: StoreStep): Outcome {
  let waitMs = 0
  for (const effect of stage.active.poolMs) waitMs += effect.poolMs(visit, step)
  const sent = { ...visit, atMs: visit.atMs + waitMs }
  let ms = drawMs(step.latency, stage.dice)
  for (const effect of stage.active.storeMs) ms = effect.storeMs(sent, step, ms)
  const failure = storeFailureOf(stage, sent, step)
  const endMs = passes(stage, visit.pod, sent.atMs, ms)
  const code = failure?.code ?? 200
  const attributes = storeAttributes(visit.operation, step, code)
  emitInner(stage, sent, span, {
    name: step.name,
    kind: KIND.client,
    scope: step.store.system,
    endMs,
    attributes,
    failure,
    isOrigin: true,
  })
  return { endMs, failure, code }
}

function storeFailureOf({ active, dice }: Stage, visit: Visit, step: StoreStep): Failure | undefined {
  for (const effect of active.storeFails) {
    const failure = effect.storeFails(visit, step)
    if (failure !== undefined) return failure
  }
  if (!dice.chance(step.failShare)) return undefined
  return {
    type: 'StoreException',
    message: `${step.store.system}: connection reset`,
    isEarly: true,
    code: 503,
  }
}

function lookIntoCache(stage: Stage, visit: Visit, span: Parent, step: CacheStep): Outcome {
  const looked = askStore(stage, visit, span, step.look)
  let missShare = step.missShare
  for (const effect of stage.active.missShare) missShare = effect.missShare(visit, step, missShare)
  if (looked.failure === undefined && !stage.dice.chance(missShare)) return looked
  const found = askStore(stage, { ...visit, atMs: looked.endMs }, span, step.onMiss)
  if (found.failure !== undefined) return found
  return { ...askStore(stage, { ...visit, atMs: found.endMs }, span, step.fill), failure: undefined }
}

function publish(stage: Stage, visit: Visit, span: Parent, step: PublishStep): Outcome {
  const spanId = stage.dice.hex(16)
  const endMs = visit.atMs + stage.dice.logNormal(1.2, 0.5)
  emitInner(stage, visit, span, {
    spanId,
    name: `${step.topic} publish`,
    kind: KIND.producer,
    scope: 'messaging',
    endMs,
    attributes: publishAttributes(step),
  })
  consume(stage, visit, { traceId: span.traceId, spanId }, step, endMs)
  return { endMs, failure: undefined, code: 200 }
}

/** The consumer's side of a message, in the same trace or in one of its own with a link. */
function consume(stage: Stage, visit: Visit, producer: Parent, step: PublishStep, sentMs: number): void {
  let queueMs = drawMs(step.queue, stage.dice)
  for (const effect of stage.active.queueMs) queueMs = effect.queueMs(visit, step, queueMs)
  const atMs = sentMs + queueMs
  const pod = choosePod(stage, step.to, atMs)
  const traceId = step.sameTrace ? producer.traceId : stage.dice.hex(32)
  const links = step.sameTrace ? '' : `{"traceId":"${producer.traceId}","spanId":"${producer.spanId}"}`
  const requester = { ...visit.requester, traceId }
  serveOn(stage, { operation: step.to, pod, requester, atMs }, step.sameTrace ? producer.spanId : NO_PARENT, {
    links,
  })
}
