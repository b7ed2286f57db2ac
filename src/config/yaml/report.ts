import { formatPath, type KeyPath } from './key-path.js'
import type { RulePlace } from '../../model/alerting-rule.js'
import { toOthers, type FileFault } from './file-fault.js'
import type { YamlFile } from './yaml-file.js'

export interface ReportOptions {
  /** The fault is the key and not its value. */
  readonly atKey?: boolean
  /** The fault is inside of the value's text, so far in. */
  readonly offset?: number
  readonly caret?: string
}

/** Takes note of what is wrong with a file. */
export type Report = (path: KeyPath, problem: string, options?: ReportOptions) => void

/** Of a file with more faults only so many are told. */
const MOST_FAULTS = 1000

/** Gathers faults of a file in a list that is given. */
export function createReport(yaml: YamlFile, faults: FileFault[]): Report {
  let others: { readonly at: number; readonly place: RulePlace; count: number } | undefined
  return (path, problem, { atKey = false, offset, caret } = {}) => {
    if (others !== undefined) {
      others.count += 1
      faults[others.at] = toOthers(others.place, others.count)
      return
    }
    const ofValue = offset === undefined ? yaml.placeOf(path) : yaml.placeInside(path, offset)
    const place = atKey ? yaml.placeOfKey(path) : ofValue
    if (faults.length < MOST_FAULTS) {
      faults.push({ ...place, key: formatPath(path), problem, caret })
      return
    }
    others = { at: faults.length, place, count: 1 }
    faults.push(toOthers(place, 1))
  }
}
