import { DELIVERY_HINTS } from './delivery-schema.js'
import { createReport, type Report } from '../yaml/report.js'
import { checkShape } from '../yaml/check-shape.js'
import type { FileFault } from '../yaml/file-fault.js'
import { formatPath, type KeyPath } from '../yaml/key-path.js'
import { readTextFile } from '../yaml/read-text-file.js'
import { readYaml } from '../yaml/read-yaml.js'
import { valueAt } from '../yaml/value-at.js'
import type { YamlFile } from '../yaml/yaml-file.js'
import { settingsSchema, type Settings } from './settings-schema.js'
import { showSetting } from './show-setting.js'

/** `tracebell.yaml`, read, while its settings are looked at one by one. */
export interface SettingsFile {
  readonly yaml: YamlFile
  /** The setting at a path; undefined where there is none, or a faulty one. */
  get(path: KeyPath): unknown
  /** All settings; undefined where any has not the right shape. */
  readonly settings: Settings | undefined
  /** Whether the setting at a path, something in it, or what it is in, has not the right shape. */
  isFaulty(path: KeyPath): boolean
  /** Reports a problem with the setting at a path. */
  report(path: KeyPath, problem: string): void
  /** Reports that a setting is not what was expected. */
  fault(path: KeyPath, expected: string): void
  /** Grows with what is reported. */
  readonly faults: readonly FileFault[]
}

/** A file that is no YAML: there are faults only. */
export interface UnreadSettings {
  readonly faults: readonly FileFault[]
  readonly get?: undefined
}

/** Reads the file. */
export function readSettingsFile(file: string): SettingsFile | UnreadSettings {
  const read = readTextFile(file)
  if ('problem' in read) return { faults: [{ file, line: 1, column: 1, key: '', problem: read.problem }] }
  const { yaml, faults } = readYaml(file, read.text, { hidesValues: true })
  return yaml === undefined ? { faults } : checkSettings(yaml, [...faults])
}

function checkSettings(yaml: YamlFile, faults: FileFault[]): SettingsFile {
  const report: Report = createReport(yaml, faults)
  const value = yaml.value ?? {}
  const settings = checkShape<Settings>(settingsSchema, value, report, {
    show: showSetting,
    hints: HINTS,
  })
  const faulty = faults.map(({ key }) => key)

  function isFaulty(path: KeyPath): boolean {
    const own = formatPath(path)
    return faulty.some((key) => key === own || isInside(key, own) || isInside(own, key))
  }

  return {
    yaml,
    faults,
    settings,
    isFaulty,
    report: (path, problem) => report(path, problem),
    get: (path) => (isFaulty(path) ? undefined : valueAt(value, path)),
    fault: (path, expected) =>
      report(path, `found ${showSetting(valueAt(value, path), path)}, expected ${expected}`),
  }
}

/** What people write and what is no key here, with what to do instead. */
const HINTS: ReadonlyMap<string, string> = new Map([
  ...DELIVERY_HINTS,
  ['rules', 'did you mean rule_files?'],
  ['groups', 'expected rules in a file of their own, which rule_files names'],
])

function isInside(inner: string, outer: string): boolean {
  return inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`)
}
