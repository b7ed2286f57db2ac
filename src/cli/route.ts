import { readEnvironment } from '../config/read-environment.js'
import { readSettings } from '../config/settings/read-settings.js'
import { decideRoute, type DispatchPlan } from '../decide-route.js'
import { createSystemClock } from '../system-clock.js'
import { endWell, say, write } from './daemon/end-well.js'
import { EXIT } from './exit-codes.js'
import { InputError } from './query/input-error.js'
import { printableJson } from './query/printable.js'
import { readMoment } from './query/read-times.js'
import { findSettingsFile } from './read-user-rules.js'
import { encodeDecision, receiversOf } from './route/encode-decision.js'
import { formatDecision } from './route/format-decision.js'
import { readLabels } from './route/read-labels.js'

export interface RouteOptions {
  readonly labels: readonly string[]
  readonly at?: string
  readonly expect?: string
  readonly config?: string
  readonly json: boolean
  readonly variables: string
}

/**
 * `tracebell route`: shows who would be told of an alert with these labels, and why. It asks nobody. Ends with 1 where
 * others are told than were expected.
 */
export function route(options: RouteOptions): Promise<void> {
  return endWell(async () => {
    const labels = readLabels(options.labels)
    const at =
      options.at === undefined
        ? createSystemClock({ keepAlive: false }).now()
        : readMoment('--at', options.at)
    const decision = decideRoute(readPlan(options), labels, at)
    write(options.json ? `${printableJson(encodeDecision(decision))}\n` : formatDecision(decision))
    return checkExpected(receiversOf(decision), options.expect)
  })
}

function readPlan({ config, variables }: RouteOptions): DispatchPlan {
  const file = findSettingsFile(config)
  const { delivery } = readSettings({ environment: readEnvironment(process.env, variables), file })
  if (delivery !== undefined) return delivery.plan
  throw new InputError(
    `${file ?? 'tracebell.yaml'}: found no receivers, expected receivers and a route to them`,
  )
}

/** In any order, as who is told does not depend on it. */
function checkExpected(found: readonly string[], expected: string | undefined): number {
  if (expected === undefined) return EXIT.fine
  const wanted = expected.split(',').map((name) => name.trim())
  if (toKey(found) === toKey(wanted)) return EXIT.fine
  say(`expected ${wanted.join(', ')} to be told, found ${found.join(', ')}`)
  return EXIT.findings
}

function toKey(names: readonly string[]): string {
  return JSON.stringify([...new Set(names)].toSorted())
}
