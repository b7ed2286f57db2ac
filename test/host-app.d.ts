/** The modules of the example application that tests run: JavaScript, which has no types of its own. */

declare module '*/host-app/faults.js' {
  export interface Faults {
    /** Answers what is wrong with the query. */
    readonly set: (query: URLSearchParams) => string | undefined
  }
  export const SWITCHES: readonly string[]
  export function createFaults(): Faults
}

declare module '*/host-app/shop.js' {
  import type { Tracer } from '@opentelemetry/api'

  interface ShopParts {
    readonly tracer: (who: { readonly service: string }) => Tracer
    readonly faults: object
    readonly time: { now(): number; sleep(ms: number): Promise<void> }
    readonly random: () => number
  }

  export interface Shop {
    search(words: string): Promise<unknown>
    order(bytes: number): Promise<unknown>
  }

  export function createShop(parts: ShopParts): Shop
}

declare module '*/host-app/providers.js' {
  import type { Tracer } from '@opentelemetry/api'
  import type { SpanProcessor } from '@opentelemetry/sdk-trace-node'

  export interface Providers {
    readonly tracer: (who: { readonly service: string }) => Tracer
    readonly shutdown: () => Promise<unknown>
  }
  export function createProviders(processor: SpanProcessor): Providers
}

declare module '*/host-app/within.js' {
  import type { Tracer } from '@opentelemetry/api'

  export function within<T>(
    tracer: Tracer,
    time: { now(): number },
    name: string,
    options: object,
    work: () => Promise<T>,
  ): Promise<T>
}
