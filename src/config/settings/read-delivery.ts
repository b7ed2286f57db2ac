import { dirname } from 'node:path'
import { findForbiddenPrograms } from '../../notify/config.js'
import { buildDispatch, checkReferences, type DispatchPlan } from '../../dispatch/config.js'
import type { ReceiverSettings } from './delivery-schema.js'
import type { SettingsFile } from './settings-file.js'
import type { Settings } from './settings-schema.js'

/** Whom to tell of alerts, checked. */
export interface DeliverySettings {
  readonly plan: DispatchPlan
  readonly receivers: readonly ReceiverSettings[]
  readonly allowExec: boolean
  /** Where the paths of files with secrets begin. */
  readonly folder: string
}

/** Whom the settings tell; undefined where they name nobody. What does not fit together is reported. */
export function readDelivery(file: SettingsFile): DeliverySettings | undefined {
  const { settings } = file
  if (settings === undefined) return undefined
  for (const { path, problem } of findFaults(settings)) file.report(path, problem)
  const plan = file.faults.length === 0 ? buildDispatch(settings) : undefined
  if (plan === undefined) return undefined
  return {
    plan,
    receivers: settings.receivers ?? [],
    allowExec: settings.allow_exec ?? false,
    folder: dirname(file.yaml.file),
  }
}

interface Fault {
  readonly path: readonly (string | number)[]
  readonly problem: string
}

function findFaults(settings: Settings): readonly Fault[] {
  return [...checkReferences(settings), ...checkPrograms(settings), ...checkIsNeeded(settings)]
}

function checkPrograms({ receivers = [], allow_exec: allowExec = false }: Settings): readonly Fault[] {
  return findForbiddenPrograms(receivers, allowExec).map(({ path, expected }) => ({
    path: ['receivers', ...path],
    problem: `expected ${expected}`,
  }))
}

/** What decides whom to tell is of no use where there is nobody. */
function checkIsNeeded({ receivers, route }: Settings): readonly Fault[] {
  if (route === undefined || (receivers ?? []).length > 0) return []
  return [{ path: ['route'], problem: 'found a route, expected receivers as well' }]
}
