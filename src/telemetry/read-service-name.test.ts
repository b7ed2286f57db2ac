import { resourceFromAttributes } from '@opentelemetry/resources'
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import { describe, expect, it } from 'vitest'
import { readProviderServiceName } from './read-service-name.js'

const resource = resourceFromAttributes({ 'service.name': 'shop' })

describe('readProviderServiceName', () => {
  it.each<[string, unknown, string | undefined]>([
    ['the SDK', new NodeTracerProvider({ resource }), 'shop'],
    ['an SDK before version 2', { resource: { attributes: { 'service.name': 'shop' } } }, 'shop'],
    ['a resource without a name', { _resource: resourceFromAttributes({}) }, undefined],
    ['a name that is no text', { _resource: { attributes: { 'service.name': 7 } } }, undefined],
    ['another provider', { getTracer: () => {} }, undefined],
    ['nothing', undefined, undefined],
  ])('reads the name of %s', (_name, provider, serviceName) => {
    expect(readProviderServiceName(provider)).toBe(serviceName)
  })
})
