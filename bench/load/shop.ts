import { between, pick, randomBytes, type Random } from './random.js'

/** A span of the load, before it is encoded. */
export interface ShopSpan {
  readonly traceId: Buffer
  readonly spanId: Buffer
  readonly parentSpanId: Buffer | undefined
  readonly service: string
  readonly name: string
  /** As OTLP numbers them. */
  readonly kind: number
  readonly startTimeUnixNano: bigint
  readonly endTimeUnixNano: bigint
  readonly attributes: readonly (readonly [key: string, value: string | number | boolean])[]
  readonly failed: boolean
}

const SERVER = 2
const CLIENT = 3
const INTERNAL = 1
const SECOND_NANO = 1_000_000_000

type Attributes = ShopSpan['attributes']

interface Operation {
  readonly service: string
  readonly name: string
  readonly kind: number
  readonly attributes: (random: Random) => Attributes
}

/** The text that stands for a value no two requests share; made different before each sending. */
export const SESSION = 'session-'

const tenant = (random: Random): readonly [string, string] => ['tenant.id', `acme-${between(random, 1, 40)}`]
const status = (random: Random): number =>
  pick(random, [200, 200, 200, 200, 200, 200, 201, 204, 302, 400, 404, 500])

function request(method: string, route: string): Operation {
  return {
    service: 'web',
    name: `${method} ${route}`,
    kind: SERVER,
    attributes: (random) => [
      ['http.method', method],
      ['http.route', route],
      ['http.status_code', status(random)],
      ['session', SESSION],
      tenant(random),
      ['items', between(random, 0, 9)],
    ],
  }
}

function call(service: string, name: string): Operation {
  return {
    service,
    name,
    kind: SERVER,
    attributes: (random) => [
      ['rpc.system', 'grpc'],
      ['rpc.method', name],
      ['rpc.grpc.status_code', between(random, 0, 30) === 0 ? 13 : 0],
      tenant(random),
      ['retry.count', between(random, 0, 2)],
      ['cached', random() < 0.3],
    ],
  }
}

function statement(service: string, name: string, system: string): Operation {
  return {
    service,
    name,
    kind: CLIENT,
    attributes: (random) => [
      ['db.system', system],
      ['db.name', service],
      ['db.rows', between(random, 0, 200)],
      ['net.peer.port', 5432],
      ['db.pool.name', `p${between(random, 1, 8)}`],
      ['db.cost', Math.round(random() * 1000) / 8],
    ],
  }
}

function step(service: string, name: string): Operation {
  return {
    service,
    name,
    kind: INTERNAL,
    attributes: (random) => [
      ['thread.id', between(random, 1, 64)],
      ['queue.name', pick(random, ['fast', 'slow', 'bulk'])],
      ['step.weight', random()],
      ['batch', between(random, 1, 500)],
      ['ready', random() < 0.9],
      ['region', pick(random, ['eu-west-1', 'eu-west-2', 'us-east-1'])],
    ],
  }
}

const REQUESTS: readonly [Operation, ...Operation[]] = [
  request('GET', '/'),
  request('GET', '/product/{id}'),
  request('GET', '/cart'),
  request('POST', '/cart/{id}'),
  request('POST', '/checkout'),
]

const INNER: readonly [Operation, ...Operation[]] = [
  call('cart', 'Cart/Get'),
  call('cart', 'Cart/Add'),
  call('catalog', 'Catalog/List'),
  call('catalog', 'Catalog/Get'),
  call('checkout', 'Checkout/Place'),
  call('payment', 'Payment/Charge'),
  call('shipping', 'Shipping/Quote'),
  statement('cart', 'GET cart', 'redis'),
  statement('catalog', 'SELECT products', 'postgresql'),
  statement('checkout', 'INSERT orders', 'postgresql'),
  statement('payment', 'SELECT cards', 'mysql'),
  step('web', 'render'),
  step('checkout', 'price'),
  step('shipping', 'plan route'),
]

/** The attributes of a service's resource, beside its name. */
export function resourceOf(service: string): Attributes {
  return [
    ['service.name', service],
    ['service.version', `1.${service.length}.0`],
    ['host.name', `${service}-7d9f4c-x2`],
  ]
}

const ROOT_PLUS_LEAST = 5
const ROOT_PLUS_MOST = 10
const FAILING_SHARE = 0.02

/** One trace of a web shop: 5 to 10 spans of several services, most of them quick, few of them failed. */
export function makeTrace(random: Random, startMs: number): readonly ShopSpan[] {
  const traceId = randomBytes(random, 16)
  const size = between(random, ROOT_PLUS_LEAST, ROOT_PLUS_MOST)
  const spans: ShopSpan[] = []
  for (let index = 0; index < size; index += 1) {
    const operation = pick(random, index === 0 ? REQUESTS : INNER)
    const parent = index === 0 ? undefined : spans[between(random, 0, index - 1)]
    spans.push(makeSpan(random, operation, { traceId, index, parent, startMs }))
  }
  return spans
}

interface Place {
  readonly traceId: Buffer
  readonly index: number
  readonly parent: ShopSpan | undefined
  readonly startMs: number
}

function makeSpan(
  random: Random,
  operation: Operation,
  { traceId, index, parent, startMs }: Place,
): ShopSpan {
  const spanId = Buffer.concat([randomBytes(random, 7), Buffer.of(index + 1)])
  // From 100 µs to 1 s; half are below 0.4 ms, one in forty is above 500 ms.
  const durationNano = BigInt(Math.round(1e-4 * 10_000 ** (random() ** 3) * SECOND_NANO))
  const earliest = parent?.startTimeUnixNano ?? BigInt(startMs) * 1_000_000n
  const startTimeUnixNano = earliest + BigInt(between(random, 1000, 900_000))
  return {
    traceId,
    spanId,
    parentSpanId: parent?.spanId,
    service: operation.service,
    name: operation.name,
    kind: operation.kind,
    startTimeUnixNano,
    endTimeUnixNano: startTimeUnixNano + durationNano,
    attributes: operation.attributes(random),
    failed: random() < FAILING_SHARE,
  }
}
