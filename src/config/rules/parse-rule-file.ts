import type { AlertingRule, RuleGroup, RulePlace } from '../../model/alerting-rule.js'
import { suggest } from '../suggest.js'
import { checkShape } from '../yaml/check-shape.js'
import { comparePlaces, type FileFault } from '../yaml/file-fault.js'
import type { KeyPath } from '../yaml/key-path.js'
import { readYaml } from '../yaml/read-yaml.js'
import { createReport, type Report } from '../yaml/report.js'
import { isRecord, valueAt } from '../yaml/value-at.js'
import type { YamlFile } from '../yaml/yaml-file.js'
import { buildGroup, type RuleDefaults } from './build-group.js'
import { checkRule, checkTemplates } from './check-rule.js'
import { KEY_HINTS, ruleFileSchema } from './rule-file-schema.js'

/** A file of rules as it was read: its rules, or everything that is wrong with it. */
export interface RuleFile {
  readonly file: string
  /** Empty where there are faults. */
  readonly groups: readonly RuleGroup[]
  readonly faults: readonly FileFault[]
  /** Whether nothing but comments stands in it, as while it is being written. An explicit `groups: []` is meant. */
  readonly isEmpty: boolean
  /** Where a key of a rule stands; the rule itself where it has no such key. */
  placeOf(rule: AlertingRule, ...path: KeyPath): RulePlace
}

const MOST_RULES = 10_000
/** A text without it is most likely no rule file. */
const NAMES_GROUPS = /group/i

/** Reads the text of a file of rules. `file` is its name in messages. */
export function parseRuleFile(file: string, text: string, defaults: RuleDefaults): RuleFile {
  const { yaml, faults } = readYaml(file, text, { hidesValues: !NAMES_GROUPS.test(text) })
  return yaml === undefined
    ? { file, groups: [], faults, isEmpty: faults.length === 0, placeOf: (rule) => rule.place }
    : readFile(yaml, faults, defaults)
}

function readFile(yaml: YamlFile, given: readonly FileFault[], defaults: RuleDefaults): RuleFile {
  const faults = [...given]
  const report = createReport(yaml, faults)
  if (isSettings(yaml.value) || isOther(yaml.value)) return notRules(yaml, faults)
  const value = yaml.value ?? { groups: [] }
  const config = checkShape(ruleFileSchema, value, report, { hints: KEY_HINTS })
  checkGroups(valueAt(value, ['groups']), report)
  const paths = new Map<AlertingRule, KeyPath>()
  const isFaultless = config !== undefined && faults.length === 0
  return {
    file: yaml.file,
    groups: isFaultless
      ? config.groups.map((group, index) =>
          buildGroup(group, { path: ['groups', index], yaml, defaults, paths }),
        )
      : [],
    faults: faults.sort(comparePlaces),
    isEmpty: yaml.value === undefined || yaml.value === null,
    placeOf: (rule, ...path) => {
      const start = paths.get(rule)
      return start === undefined ? rule.place : yaml.placeOfKey([...start, ...path])
    },
  }
}

const SETTINGS = ['receivers', 'route', 'rule_files']

/** Whether it is a file of settings under another name, some of whose keys look like those of rules. */
function isSettings(value: unknown): boolean {
  return (
    isRecord(value) && !Object.hasOwn(value, 'groups') && SETTINGS.some((key) => Object.hasOwn(value, key))
  )
}

/** Whether it has nothing of a rule file: neither `groups` nor a key that may be meant so. */
function isOther(value: unknown): boolean {
  if (value === undefined || value === null) return false
  return !isRecord(value) || !Object.keys(value).some((key) => isNearGroups(key))
}

function isNearGroups(key: string): boolean {
  return key === 'groups' || KEY_HINTS.has(key) || suggest(key, ['groups']) !== undefined
}

/** Nothing of such a file is quoted: it may be one that nobody means to show. */
function notRules(yaml: YamlFile, given: readonly FileFault[]): RuleFile {
  const found = isRecord(yaml.value) ? 'a mapping without groups' : describeKind(yaml.value)
  const problem = isSettings(yaml.value)
    ? `this looks like settings, not rules; to check it: tracebell check --config ${yaml.file}`
    : `found ${found}, expected a mapping with groups`
  const fault = { ...yaml.placeOf([]), key: '', problem }
  return {
    file: yaml.file,
    groups: [],
    faults: [...given, fault],
    isEmpty: false,
    placeOf: (rule) => rule.place,
  }
}

function describeKind(value: unknown): string {
  return Array.isArray(value) ? 'a list' : 'a text or a number'
}

function checkGroups(groups: unknown, report: Report): void {
  if (!Array.isArray(groups)) return
  const names = new Map<string, number>()
  let rules = 0
  for (const [index, group] of groups.entries()) {
    if (!isRecord(group)) continue
    checkName(group['name'], index, names, report)
    checkTemplates(group['labels'], ['groups', index, 'labels'], report)
    rules += checkRules(group['rules'], ['groups', index, 'rules'], report)
  }
  if (rules > MOST_RULES) report(['groups'], `found ${rules} rules, expected at most ${MOST_RULES} in a file`)
}

function checkName(name: unknown, index: number, names: Map<string, number>, report: Report): void {
  if (typeof name !== 'string') return
  const first = names.get(name)
  if (first === undefined) names.set(name, index)
  else
    report(['groups', index, 'name'], `found ${JSON.stringify(name)} a second time, after groups[${first}]`)
}

function checkRules(rules: unknown, path: KeyPath, report: Report): number {
  if (!Array.isArray(rules)) return 0
  for (const [index, rule] of rules.entries()) if (isRecord(rule)) checkRule(rule, [...path, index], report)
  return rules.length
}
