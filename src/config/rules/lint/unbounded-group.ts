import type { Field } from '../../../traceql/index.js'
import { printField } from '../../../traceql/print-field.js'
import { groupingFields } from './grouping-fields.js'
import type { Lint } from './lint.js'

const UNBOUNDED_INTRINSICS: ReadonlySet<string> = new Set([
  'duration',
  'event:timeSinceStart',
  'link:spanID',
  'link:traceID',
  'nestedSetLeft',
  'nestedSetParent',
  'nestedSetRight',
  'span:id',
  'span:parentID',
  'statusMessage',
  'trace:id',
  'traceDuration',
])

/** Attributes of OpenTelemetry's conventions that hold what users send, and names that ids go by. */
const UNBOUNDED_ATTRIBUTES: ReadonlySet<string> = new Set([
  'client.address',
  'client.port',
  'db.query.text',
  'db.statement',
  'enduser.id',
  'exception.message',
  'exception.stacktrace',
  'http.client_ip',
  'http.target',
  'http.url',
  'messaging.message.id',
  'net.peer.port',
  'network.peer.port',
  'session.id',
  'source.port',
  'thread.id',
  'url.full',
  'url.original',
  'url.path',
  'url.query',
  'user.email',
  'user.id',
  'user_agent.original',
])
const ID_NAME =
  /(?:^|[._-])(?:request|session|user|order|message|transaction|correlation|trace|span|event|job|invocation)[._-]?u?u?id$/i

/** Every value of these makes an alert of its own. */
export const lintUnboundedGroup: Lint = ({ rule, query }) =>
  groupingFields(rule, query)
    .filter(isUnbounded)
    .map((field) => ({
      path: [rule.kind === 'match' ? 'group_by' : 'expr'],
      problem: `${printField(field)} has no end of values, and each makes an alert of its own; group by what has few, such as resource.service.name or span.http.route`,
    }))

function isUnbounded(field: Field): boolean {
  if (field.kind === 'Intrinsic') return UNBOUNDED_INTRINSICS.has(field.name)
  return UNBOUNDED_ATTRIBUTES.has(field.name) || ID_NAME.test(field.name)
}
