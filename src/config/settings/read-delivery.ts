import { dirname } from 'node:path'
import {
  buildDispatch,
  checkReferences,
  type DispatchPlan,
  type ReferenceFault,
} from '../../dispatch/config.js'
import type { ReceiverSettings } from './delivery-schema.js'
import type { SettingsFile } from './settings-file.js'
import type { RulePlace } from '../../model/alerting-rule.js'
import { formatPath, type KeyPath } from '../yaml/key-path.js'
import { valueAt } from '../yaml/value-at.js'

/** Whom to tell of alerts, checked. */
export interface DeliverySettings {
  readonly plan: DispatchPlan
  readonly receivers: readonly ReceiverSettings[]
  readonly allowExec: boolean
  /** Where the paths of files with secrets begin. */
  readonly folder: string
  /** Where a setting stands, and its key. */
  readonly describePlace: (path: KeyPath) => RulePlace & { readonly key: string }
}

/** Whom the settings tell; undefined where they name nobody. What does not fit together is reported. */
export function readDelivery(file: SettingsFile): DeliverySettings | undefined {
  const { settings, yaml } = file
  for (const { path, problem } of findFaults(yaml.value)) {
    // What follows from a fault that is told already is not told as well.
    if (!file.isFaulty(path)) file.report(path, problem)
  }
  const plan = settings === undefined || file.faults.length > 0 ? undefined : buildDispatch(settings)
  if (settings === undefined || plan === undefined) return undefined
  return {
    plan,
    receivers: settings.receivers ?? [],
    allowExec: settings.allow_exec ?? false,
    folder: dirname(yaml.file),
    describePlace: (path) => ({ ...yaml.placeOf(path), key: formatPath(path) }),
  }
}

/** Of settings of any shape. */
function findFaults(settings: unknown): readonly ReferenceFault[] {
  return [...checkReferences(settings), ...checkPrograms(settings), ...checkIsNeeded(settings)]
}

function checkPrograms(settings: unknown): readonly ReferenceFault[] {
  if (valueAt(settings, ['allow_exec']) === true) return []
  return receiversIn(settings).flatMap((_, index) => {
    const path = ['receivers', index, 'exec_configs']
    const programs = valueAt(settings, path)
    if (!Array.isArray(programs) || programs.length === 0) return []
    return [{ path, problem: 'expected no programs, or allow_exec: true beside the receivers' }]
  })
}

/** What decides whom to tell is of no use where there is nobody. */
function checkIsNeeded(settings: unknown): readonly ReferenceFault[] {
  if (valueAt(settings, ['route']) === undefined || receiversIn(settings).length > 0) return []
  return [{ path: ['route'], problem: 'found a route, expected receivers as well' }]
}

function receiversIn(settings: unknown): readonly unknown[] {
  const receivers = valueAt(settings, ['receivers'])
  return Array.isArray(receivers) ? receivers : []
}
