import { readEnvironment } from '../config/read-environment.js'
import { readSettings } from '../config/settings/read-settings.js'
import { encodeDecision, type EncodedDecision } from '../api/tracebell/encode-decision.js'
import { OWN_API_PREFIX } from '../api/tracebell/handler.js'
import { decideRoute, describeMute, type DispatchPlan } from '../decide-route.js'
import type { LabelSet } from '../model/label-set.js'
import { createSystemClock } from '../system-clock.js'
import { decodeDecision } from './daemon/decode.js'
import { endWell, say, write } from './daemon/end-well.js'
import { openDaemon, type DaemonOptions } from './daemon/open-daemon.js'
import { EXIT } from './exit-codes.js'
import { InputError } from './query/input-error.js'
import { printableJson } from './query/printable.js'
import { readMoment } from './query/read-times.js'
import { findSettingsFile } from './find-settings-file.js'
import { formatDecision } from './route/format-decision.js'
import { readLabels } from './route/read-labels.js'

export interface RouteOptions extends DaemonOptions {
  readonly labels: readonly string[]
  readonly at?: string
  readonly live: boolean
  readonly expect?: string
  readonly json: boolean
}

/**
 * `tracebell route`: shows who would be told of an alert with these labels, and why: by the settings alone, or by the running
 * tracebell with its silences and groups. Ends with 1 where others are told than were expected.
 */
export function route(options: RouteOptions): Promise<void> {
  return endWell(async () => {
    const labels = readLabels(options.labels)
    const decision = options.live ? await askLive(labels, options) : decideHere(labels, options)
    write(options.json ? `${printableJson(decision)}\n` : formatDecision(decision))
    return checkExpected(decision.receivers, options.expect)
  })
}

function decideHere(labels: LabelSet, options: RouteOptions): EncodedDecision {
  const { at: text } = options
  const at = text === undefined ? createSystemClock({ keepAlive: false }).now() : readMoment('--at', text)
  return encodeDecision(decideRoute(readPlan(options), labels, at), describeMute)
}

async function askLive(labels: LabelSet, options: RouteOptions): Promise<EncodedDecision> {
  if (options.at !== undefined) throw new InputError('--at and --live: expected one of the two')
  const params = new URLSearchParams(
    [...labels].map(([name, value]): [string, string] => ['label', `${name}=${value}`]),
  )
  return decodeDecision(await openDaemon(options).ask({ path: `${OWN_API_PREFIX}route`, params }))
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
