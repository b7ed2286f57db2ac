import { resolve } from 'node:path'
import { ConfigError, describeFault } from '../../config/config-error.js'
import { readSettings } from '../../config/settings/read-settings.js'
import type { Report } from '../../config/yaml/report.js'
import type { DispatchSettings } from '../delivery/open-rehearsed.js'

/**
 * The settings that a file of tests names; undefined where it names none, or faulty ones, which is reported. The environment
 * does not count: a test comes to the same on every machine.
 */
export function readTestSettings(
  name: string | undefined,
  folder: string,
  report: Report,
): DispatchSettings | undefined {
  if (name === undefined) return undefined
  try {
    return readSettings({ environment: {}, file: resolve(folder, name) })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const fault of error.faults) report(['config'], describeFault(fault))
    return undefined
  }
}
