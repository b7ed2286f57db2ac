/** The `service.name` of an OpenTelemetry resource, or undefined where it has none. */
export function readServiceName(resource: unknown): string | undefined {
  const name = property(property(resource, 'attributes'), 'service.name')
  return typeof name === 'string' ? name : undefined
}

/**
 * The `service.name` of a tracer provider that somebody else made, or undefined where it cannot be read. The API has no
 * way to ask: the SDK keeps the resource in `_resource` since its version 2, and kept it in `resource` before.
 */
export function readProviderServiceName(provider: unknown): string | undefined {
  return readServiceName(property(provider, '_resource') ?? property(provider, 'resource'))
}

function property(holder: unknown, name: string): unknown {
  return typeof holder === 'object' && holder !== null ? Reflect.get(holder, name) : undefined
}
