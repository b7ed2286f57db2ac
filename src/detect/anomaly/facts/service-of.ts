import { serviceName, type Resource } from '../../../model/span.js'
import { shortText } from './short-text.js'

/** What OpenTelemetry calls a service that does not tell its name. */
const UNKNOWN = 'unknown_service'

/** The name of the service that a resource is part of, bounded and on one line. */
export function serviceOf(resource: Resource): string {
  return shortText(serviceName(resource) ?? UNKNOWN)
}
