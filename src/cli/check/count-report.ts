import { countFaults } from '../../config/yaml/file-fault.js'
import type { CheckReport } from './check-files.js'

export interface ReportCounts {
  readonly files: number
  readonly rules: number
  readonly faults: number
  readonly warnings: number
}

export function countReport({ settings, files, unmatched }: CheckReport): ReportCounts {
  const groups = files.flatMap((file) => file.rules.groups)
  const ofFiles = files.reduce((sum, { rules }) => sum + countFaults(rules.faults), 0)
  return {
    files: files.length + (settings === undefined ? 0 : 1),
    rules: groups.reduce((sum, { rules }) => sum + rules.length, 0),
    faults: ofFiles + (settings?.faults.length ?? 0) + unmatched.length,
    warnings: files.reduce((sum, { warnings }) => sum + warnings.length, settings?.warnings.length ?? 0),
  }
}
