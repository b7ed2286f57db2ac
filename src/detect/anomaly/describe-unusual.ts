import type { Unusual } from './unusual.js'

const SIGNIFICANT = 3

/** What is unlike normal, in one sentence with its numbers. */
export function describeUnusual(each: Unusual): string {
  const { operation, judgement } = each
  const { service, name, peer } = operation.id
  const { outliers, count, usual, found } = judgement
  const of = `${outliers} of ${count} calls`
  switch (each.kind) {
    case 'time':
      return `${service} ${callName(name, peer)} takes ${ms(found)} by itself, usually ${ms(usual)}, ${of}`
    case 'wait':
      return `messages wait ${ms(found)} for ${service} ${name}, usually ${ms(usual)}, ${of}`
    case 'gap':
      return `${service} → ${each.gap.callee} ${each.gap.calleeOperation}: ${ms(found)} on the way, usually ${ms(usual)}, ${of}`
    case 'error':
      return `${service} ${callName(name, peer)} fails in ${percent(found)} of its calls, usually ${percent(usual)}, ${of}`
    case 'exception':
      return `${service} ${callName(name, peer)} fails with ${each.exception} in ${of}, usually ${percent(usual)}`
    case 'more-calls':
      return `${service} ${name} calls ${callName(each.call.name, each.call.peer)} ${times(found)}, usually ${times(usual)}, in ${outliers} of ${count} requests`
    case 'missing-calls':
      return `${service} ${name} does not call ${callName(each.call.name, each.call.peer)} in ${outliers} of ${count} requests, usually in ${percent(usual)}`
    case 'traffic':
      return `${service} ${name} got ${found} requests in the last minute, usually ${rounded(usual)}`
  }
}

function callName(name: string, peer: string): string {
  return peer === '' ? name : `${name} → ${peer}`
}

function times(count: number): string {
  return count < 0.5 ? 'not at all' : count < 1.5 ? 'once' : `${Math.round(count)} times`
}

function ms(value: number): string {
  return value < 1000 ? `${rounded(value)} ms` : `${rounded(value / 1000)} s`
}

/** A share, 0 to 1, for people. */
export function percent(share: number): string {
  return `${rounded(share * 100)} %`
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(SIGNIFICANT)))
}
