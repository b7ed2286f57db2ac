import type { Land, Named } from './build-services.js'
import { buildCacheStep, buildExternalStep, buildStatement, someLatency } from './build-stores.js'
import type { Dice } from './dice.js'
import type { CallStep, Operation, OperationKind, Service, Step, StoreStep } from './system.js'
import { VERBS } from './vocabulary.js'

const HTTP_SHAPES: readonly (readonly [method: string, route: (noun: string) => string])[] = [
  ['GET', (noun) => `/${noun}s/{id}`],
  ['GET', (noun) => `/${noun}s`],
  ['POST', (noun) => `/${noun}s`],
  ['GET', (noun) => `/${noun}s/search`],
  ['PUT', (noun) => `/${noun}s/:id`],
  ['DELETE', (noun) => `/${noun}s/{id}`],
  ['POST', (noun) => `/${noun}s/check`],
]

const MOST_STEPS = 6
const EDGE_FAIL = { least: 0.0003, most: 0.004 }
/** Operations that fail by nature: a few often, hardly one always. */
const FAILING_BY_NATURE = 0.08

/** Gives every service its operations, the deepest first, as those above call them. */
export function buildOperations(all: readonly Named[], land: Land, dice: Dice): void {
  for (const named of all.toReversed()) {
    const callable = all.filter(({ service }) => service.layer > named.service.layer)
    if (named.service.layer === 0) addEdgeOperations(named, all, callable, dice)
    else addInnerOperations(named, callable, land, dice)
  }
}

function addInnerOperations(
  { noun, service }: Named,
  callable: readonly Named[],
  land: Land,
  dice: Dice,
): void {
  const isGrpc = dice.chance(0.45)
  const shapes = dice.shuffle(HTTP_SHAPES).slice(0, dice.whole(1, 4))
  const verbs = dice.shuffle(VERBS)
  for (const [index, [method, toRoute]] of shapes.entries()) {
    const verb = verbs[index] ?? 'Get'
    const type = capital(noun)
    const route = isGrpc
      ? `${land.namespace}.${noun.replaceAll('-', '')}.v1.${type}Service/${verb}${type}`
      : toRoute(noun)
    addOperation(service, {
      name: isGrpc ? route : `${method} ${route}`,
      kind: 'server',
      protocol: isGrpc ? 'grpc' : 'http',
      method: isGrpc ? `${verb}${type}` : method,
      route,
      steps: buildSteps(noun, service, callable, dice),
      dice,
    })
  }
}

function addEdgeOperations(
  { service }: Named,
  all: readonly Named[],
  callable: readonly Named[],
  dice: Dice,
): void {
  const nouns = dice.shuffle(all.filter((other) => other.service.layer > 0)).slice(0, dice.whole(3, 7))
  for (const { noun } of nouns) {
    const [method, toRoute] = dice.pick(HTTP_SHAPES)
    const route = `/api/v1${toRoute(noun)}`
    if (service.operations.some((other) => other.route === route && other.method === method)) continue
    const steps = buildSteps(noun, service, callable, dice)
    addOperation(service, {
      name: `${method} ${route}`,
      kind: 'server',
      protocol: 'http',
      method,
      route,
      steps,
      dice,
    })
  }
}

interface NewOperation extends Pick<Operation, 'name' | 'kind' | 'protocol' | 'method' | 'route' | 'steps'> {
  readonly dice: Dice
}

/** Adds an operation to a service and answers it. */
export function addOperation(service: Service, { dice, ...shape }: NewOperation): Operation {
  const byNature = shape.kind === 'server' && service.layer > 0 && dice.chance(FAILING_BY_NATURE)
  const operation: Operation = {
    ...shape,
    service,
    work: someLatency(dice, 0.6, 30),
    isParallel: dice.chance(0.25),
    failShare: byNature ? dice.logBetween(0.02, 0.5) : dice.logBetween(EDGE_FAIL.least, EDGE_FAIL.most),
    notFoundShare: dice.chance(0.3) ? dice.logBetween(0.005, 0.08) : 0,
  }
  service.operations.push(operation)
  return operation
}

/** What an operation does: it looks things up, asks others, and now and then has spans of its own. */
export function buildSteps(
  noun: string,
  service: Service,
  callable: readonly Named[],
  dice: Dice,
): readonly Step[] {
  const calls = service.layer === 0 ? dice.whole(1, 4) : dice.whole(0, 2)
  const targets = callable
    .flatMap((other) => other.service.operations)
    .filter(({ kind }) => kind === 'server')
  const made: Step[] = []
  for (let index = 0; index < calls && targets.length > 0; index += 1) {
    const step = buildCall(dice.pick(targets), dice)
    if (!made.some((other) => other.kind === 'call' && other.to === step.to)) made.push(step)
  }
  made.push(...buildStoreSteps(noun, service, dice))
  if (dice.chance(0.25)) made.push(buildInner(noun, dice))
  return dice.shuffle(made).slice(0, MOST_STEPS)
}

export function buildCall(to: Operation, dice: Dice): CallStep {
  return {
    kind: 'call',
    to,
    share: dice.chance(0.6) ? 1 : dice.between(0.1, 0.95),
    leastTimes: 1,
    mostTimes: dice.chance(0.12) ? dice.whole(2, 4) : 1,
    // What fails often by nature is not vital to anybody, else nothing would ever work.
    isVital: to.failShare < 0.02 && dice.chance(0.75),
    timeoutMs: dice.pick([1000, 2000, 3000, 5000, 10_000]),
    retries: dice.chance(0.25) ? dice.whole(1, 2) : 0,
  }
}

function buildStoreSteps(noun: string, service: Service, dice: Dice): Step[] {
  const database = service.stores.find(({ kind }) => kind === 'sql')
  const cache = service.stores.find(({ kind }) => kind === 'cache')
  const external = service.stores.find(({ kind }) => kind === 'external')
  const statements: StoreStep[] =
    database === undefined
      ? []
      : Array.from({ length: dice.whole(1, 2) }, () => buildStatement(database, noun, dice))
  const [first, ...others] = statements
  return [
    ...(first !== undefined && cache !== undefined && dice.chance(0.7)
      ? [buildCacheStep(cache, { ...first, share: 1 }, dice), ...others]
      : statements),
    ...(external !== undefined && dice.chance(0.6) ? [buildExternalStep(external, dice)] : []),
  ]
}

export function buildInner(noun: string, dice: Dice): Step {
  return {
    kind: 'inner',
    name: `${dice.pick(['render', 'validate', 'compute', 'serialize', 'authorize'])} ${noun}`,
    latency: someLatency(dice, 0.3, 12),
    share: dice.chance(0.7) ? 1 : dice.between(0.2, 0.9),
    leastTimes: 1,
    mostTimes: 1,
    isVital: true,
  }
}

/** A consumer of messages. */
export function addConsumer(
  { noun, service }: Named,
  topic: string,
  callable: readonly Named[],
  dice: Dice,
): Operation {
  const kind: OperationKind = 'consumer'
  const name = dice.pick([`${topic} process`, `process ${topic}`, `${topic} receive`])
  const steps = buildSteps(noun, service, callable, dice)
  return addOperation(service, {
    name,
    kind,
    protocol: 'message',
    method: 'process',
    route: topic,
    steps,
    dice,
  })
}

function capital(noun: string): string {
  return noun
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}
