import type { Requester } from './effect.js'
import { attribute } from './simulated-span.js'
import type {
  CallStep,
  Instrumentation,
  Operation,
  PublishStep,
  SimulatedSystem,
  StoreStep,
} from './system.js'

type Names = readonly [old: string, stable: string]

const METHOD: Names = ['http.method', 'http.request.method']
const CODE: Names = ['http.status_code', 'http.response.status_code']
const PEER: Names = ['net.peer.name', 'server.address']
const URL_FULL: Names = ['http.url', 'url.full']
const GRPC_INTERNAL = 13
const GRPC_UNAVAILABLE = 14
const GRPC_DEADLINE = 4
const GRPC_NOT_FOUND = 5

function both(
  convention: Instrumentation['convention'],
  [old, stable]: Names,
  value: string | number,
): string {
  if (convention === 'old') return attribute(old, value)
  if (convention === 'new') return attribute(stable, value)
  return `${attribute(old, value)},${attribute(stable, value)}`
}

/** Of the span of an operation that is served. */
export function servedAttributes(
  operation: Operation,
  code: number,
  requester: Requester,
  system: SimulatedSystem,
): string {
  const who = `${attribute(system.customerKey, requester.customer)},${attribute(system.regionKey, requester.region)}`
  return `${protocolAttributes(operation, code)},${who}`
}

const remembered = new WeakMap<Operation, Map<number, string>>()

function protocolAttributes(operation: Operation, code: number): string {
  const known = remembered.get(operation) ?? new Map<number, string>()
  remembered.set(operation, known)
  const text = known.get(code) ?? makeProtocolAttributes(operation, code)
  known.set(code, text)
  return text
}

function makeProtocolAttributes({ service, protocol, method, route }: Operation, code: number): string {
  const { convention } = service.instrumentation
  switch (protocol) {
    case 'http':
      return `${both(convention, METHOD, method)},${attribute('http.route', route)},${both(convention, CODE, code)}`
    case 'grpc':
      return `${rpc(route)},${attribute('rpc.grpc.status_code', grpcCode(code))}`
    case 'message':
      return `${attribute('messaging.operation', 'process')},${attribute('messaging.destination.name', route)}`
    case 'job':
      return attribute('job.name', route)
  }
}

function rpc(route: string): string {
  const [service = '', method = ''] = route.split('/')
  return `${attribute('rpc.system', 'grpc')},${attribute('rpc.service', service)},${attribute('rpc.method', method)}`
}

/** gRPC's number for what HTTP calls 200, 404, 500, 503 and 504. */
function grpcCode(code: number): number {
  if (code < 400) return 0
  if (code === 404) return GRPC_NOT_FOUND
  if (code === 503) return GRPC_UNAVAILABLE
  return code === 504 ? GRPC_DEADLINE : GRPC_INTERNAL
}

/** Of the span of who calls; code 0 where there was no answer. */
export function callAttributes(caller: Operation, { to }: CallStep, code: number): string {
  const { convention } = caller.service.instrumentation
  const peer = both(convention, PEER, to.service.name)
  if (to.protocol === 'grpc') {
    return `${rpc(to.route)},${peer},${attribute('rpc.grpc.status_code', grpcCode(code === 0 ? 503 : code))}`
  }
  const answered = code === 0 ? '' : `,${both(convention, CODE, code)}`
  const url = `http://${to.service.name}:8080${to.route.replaceAll(/\{id\}|:id/g, '4711')}`
  return `${both(convention, METHOD, to.method)},${both(convention, URL_FULL, url)},${peer}${answered}`
}

/** The name of the span of who calls. */
export function callName({ service }: Operation, { to }: CallStep): string {
  if (to.protocol !== 'http') return to.route
  switch (service.instrumentation.clientNames) {
    case 'method':
      return to.method
    case 'http-method':
      return `HTTP ${to.method}`
    case 'route':
      return `${to.method} ${to.route}`
  }
}

/** Of the span of a statement, a command or a foreign request; code 0 where there was no answer. */
export function storeAttributes(
  { service }: Operation,
  { store, verb, text }: StoreStep,
  code: number,
): string {
  const { convention } = service.instrumentation
  const peer = both(convention, PEER, store.host)
  if (store.kind === 'external') {
    const answered = code === 0 ? '' : `,${both(convention, CODE, code)}`
    return `${both(convention, METHOD, verb)},${both(convention, URL_FULL, text)},${peer}${answered}`
  }
  const what = `${both(convention, ['db.system', 'db.system.name'], store.system)},${both(convention, ['db.operation', 'db.operation.name'], verb)}`
  const statement = both(convention, ['db.statement', 'db.query.text'], text)
  return `${what},${both(convention, ['db.name', 'db.namespace'], store.name)},${statement},${peer}`
}

/** Of the span of a message that is sent. */
export function publishAttributes({ topic }: PublishStep): string {
  return `${attribute('messaging.system', 'kafka')},${attribute('messaging.operation', 'publish')},${attribute('messaging.destination.name', topic)}`
}
