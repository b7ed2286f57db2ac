import type { Failure } from './effect.js'
import { attribute } from './simulated-span.js'

/** A placeholder for the moment of an event, as that depends on the clock of the pod. */
export const EVENT_TIME = '@'

/** An exception as an event of a span in OTLP JSON; its time is written in when the span is encoded. */
export function encodeException({ type, message }: Failure): string {
  const attributes = `${attribute('exception.type', type)},${attribute('exception.message', message)}`
  return `{"name":"exception","timeUnixNano":"${EVENT_TIME}","attributes":[${attributes}]}`
}
