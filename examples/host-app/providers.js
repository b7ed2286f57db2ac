import { resourceFromAttributes } from '@opentelemetry/resources'
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node'

/**
 * One process stands for several services, so that its traces look as those of a real shop do: each of them, and each of
 * its instances, has a provider, all of which give their spans to one processor. The storefront's is the one that
 * instrumentations use, and that brings the context with it.
 */
export function createProviders(processor) {
  const providers = new Map()

  function providerOf({ service, instance = `${service}-1`, version = '1.0.0' }) {
    const known = providers.get(instance)
    if (known !== undefined) return known
    const resource = resourceFromAttributes({
      'service.name': service,
      'service.instance.id': instance,
      'service.version': version,
    })
    const provider = new NodeTracerProvider({ resource, spanProcessors: [processor] })
    providers.set(instance, provider)
    return provider
  }

  providerOf({ service: 'storefront' }).register()
  return {
    /** The tracer of a service, or of one of its instances. */
    tracer: (who) => providerOf(who).getTracer('host-app'),
    shutdown: () => Promise.all([...providers.values()].map((provider) => provider.shutdown())),
  }
}
