import { addConsumer, addOperation, buildCall, buildOperations } from './build-operations.js'
import { buildNodes, buildServices, pickSubject, type Land, type Named } from './build-services.js'
import { buildStatement, someLatency } from './build-stores.js'
import type { Dice } from './dice.js'
import { reaches, spansPerVisit } from './expected-visits.js'
import type { Job, Operation, Root, SimulatedSystem, Step } from './system.js'
import { REGIONS } from './vocabulary.js'

const JOB_EVERY_MS = 15 * 60_000
/** A request of more spans than that on the average is not asked for from outside. */
const MOST_SPANS = 60
const LEAST_ROOTS = 3
const ONCE_A_MINUTE = 1 / 60

export interface SystemOptions {
  /** How many spans a second the system makes about on the average. */
  readonly spansPerSecond: number
}

/** Makes up a system: its services, who calls whom, and how many requests come in where. */
export function buildSystem(dice: Dice, { spansPerSecond }: SystemOptions): SimulatedSystem {
  const { domain, nouns } = pickSubject(dice)
  const namespace = `${domain}-${dice.pick(['prod', 'live', 'main'])}`
  const land: Land = { domain, namespace, nodes: buildNodes(domain, dice), hasStatus: dice.chance(0.85) }
  const named = buildServices(land, nouns, dice)
  buildOperations(named, land, dice)
  connectRest(named, dice)
  addMessages(named, dice)
  const jobs = addJobs(named, dice)
  return {
    name: `${domain}, ${named.length} services`,
    namespace,
    services: named.map(({ service }) => service),
    nodes: land.nodes,
    roots: buildRoots(named, spansPerSecond, dice),
    jobs,
    customers: Array.from(
      { length: dice.whole(8, 40) },
      (_, index) => `c-${String(index + 1).padStart(3, '0')}`,
    ),
    regions: dice.shuffle(REGIONS).slice(0, dice.whole(2, 5)),
    customerKey: dice.pick(['app.customer.id', 'tenant.id', 'enduser.org']),
    regionKey: dice.pick(['app.region', 'geo.region', 'client.region']),
  }
}

/** A service that nobody has come to call yet is called by somebody that is, so that all of them have something to do. */
function connectRest(named: readonly Named[], dice: Dice): void {
  for (const { service } of named.filter((each) => each.service.layer > 0)) {
    const callers = named
      .filter((other) => other.service.layer < service.layer)
      .flatMap((other) => other.service.operations)
      .filter((operation) => isReached(operation, named))
    if (service.operations.some((operation) => isReached(operation, named))) continue
    const caller = dice.pick(callers)
    caller.steps = [...caller.steps, buildCall(dice.pick(service.operations), dice)]
  }
}

function isReached(operation: Operation, named: readonly Named[]): boolean {
  return named.some(
    ({ service }) => service.layer === 0 && service.operations.some((root) => reaches(root, operation)),
  )
}

/** Some services publish messages that others take up. */
function addMessages(named: readonly Named[], dice: Dice): void {
  const inner = named.filter(({ service }) => service.layer > 0)
  for (let index = dice.whole(0, Math.ceil(named.length / 6)); index > 0; index -= 1) {
    const from = dice.pick(inner)
    const consumer = dice.pick(inner.filter((other) => other !== from))
    const publisher = dice.pick(from.service.operations.filter(({ kind }) => kind === 'server'))
    const topic = `${from.noun}-${dice.pick(['events', 'changed', 'created', 'jobs'])}`
    if (named.some(({ service }) => service.operations.some((operation) => operation.route === topic)))
      continue
    const callable = named.filter(({ service }) => service.layer > consumer.service.layer)
    const to = addConsumer(consumer, topic, callable, dice)
    // A message that comes back to where it began would go round for ever.
    if (reaches(to, publisher)) consumer.service.operations.splice(consumer.service.operations.indexOf(to), 1)
    else publisher.steps = [...publisher.steps, publish(topic, to, dice)]
  }
}

function publish(topic: string, to: Operation, dice: Dice): Step {
  return {
    kind: 'publish',
    topic,
    to,
    queue: someLatency(dice, 2, 60),
    sameTrace: dice.chance(0.6),
    share: dice.between(0.3, 1),
    leastTimes: 1,
    mostTimes: 1,
    isVital: false,
  }
}

/** Work that runs every quarter of an hour, long and with many statements, and that is nothing unusual. */
function addJobs(named: readonly Named[], dice: Dice): readonly Job[] {
  const withDatabase = named.filter(({ service }) => service.stores.some(({ kind }) => kind === 'sql'))
  return dice
    .shuffle(withDatabase)
    .slice(0, dice.whole(0, 2))
    .map((each) => ({
      operation: addJob(each, dice),
      everyMs: JOB_EVERY_MS,
      firstMs: dice.between(30_000, JOB_EVERY_MS),
    }))
}

function addJob({ noun, service }: Named, dice: Dice): Operation {
  const database = service.stores.find(({ kind }) => kind === 'sql')
  const statement = database === undefined ? [] : [buildStatement(database, noun, dice)]
  const name = `${dice.pick(['aggregate', 'reconcile', 'cleanup', 'export'])}-${noun}s`
  const least = dice.whole(60, 150)
  const steps = statement.map((step) => ({
    ...step,
    name: step.name,
    share: 1,
    leastTimes: least,
    mostTimes: least * 2,
    latency: someLatency(dice, 40, 160),
  }))
  return addOperation(service, {
    name,
    kind: 'internal',
    protocol: 'job',
    method: 'run',
    route: name,
    steps,
    dice,
  })
}

/** Requests for every operation at the edge: some many, some one a minute, as many in all as were asked for. */
function buildRoots(named: readonly Named[], spansPerSecond: number, dice: Dice): readonly Root[] {
  const operations = named
    .filter(({ service }) => service.layer === 0)
    .flatMap(({ service }) => service.operations)
    .toSorted((a, b) => spansPerVisit(a) - spansPerVisit(b))
    .filter((operation, index) => index < LEAST_ROOTS || spansPerVisit(operation) <= MOST_SPANS)
  const chosen = operations.map((operation, index) => ({
    operation,
    isSparse: index > 0 && operations.length > LEAST_ROOTS && dice.chance(0.12),
    weight: dice.logBetween(0.05, 1),
  }))
  const spans = chosen
    .filter(({ isSparse }) => !isSparse)
    .reduce((sum, { operation, weight }) => sum + spansPerVisit(operation) * weight, 0)
  return chosen.map(({ operation, isSparse, weight }) => ({
    operation,
    perSecond: isSparse ? ONCE_A_MINUTE : (weight * spansPerSecond) / spans,
    hasUnseenParent: dice.chance(0.1),
  }))
}
