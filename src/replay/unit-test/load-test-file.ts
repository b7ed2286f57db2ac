import { dirname, resolve } from 'node:path'
import { loadRules } from '../../config/rules/load-rules.js'
import { suggest } from '../../config/suggest.js'
import { checkShape } from '../../config/yaml/check-shape.js'
import { comparePlaces, type FileFault } from '../../config/yaml/file-fault.js'
import type { KeyPath } from '../../config/yaml/key-path.js'
import { readTextFile } from '../../config/yaml/read-text-file.js'
import { readYaml } from '../../config/yaml/read-yaml.js'
import { createReport, type Report } from '../../config/yaml/report.js'
import type { YamlFile } from '../../config/yaml/yaml-file.js'
import type { RuleGroup } from '../../model/alerting-rule.js'
import { MINUTE_MS } from '../../model/time.js'
import type { DispatchSettings } from '../delivery/open-rehearsed.js'
import { createIdMaker } from './input-trace.js'
import { readInput } from './read-input.js'
import type { ExpectedAlert, ExpectedFiring, RuleTest, RuleTestFile } from './rule-test.js'
import { readTexts } from './read-texts.js'
import { readSilences, readTellings } from './read-tellings.js'
import { readTestSettings } from './read-test-settings.js'
import { TESTS_START } from './tests-start.js'
import {
  TEST_KEY_HINTS,
  testFileSchema,
  type CheckConfig,
  type TestConfig,
  type TestFileConfig,
} from './test-file-schema.js'

/** Spans of one test beyond this are a fault of it. */
const MOST_SPANS = 1_000_000

/** Reads a file of unit tests, and the rules that it names. Never throws over what it finds. */
export function loadTestFile(file: string, folder: string): RuleTestFile {
  const path = resolve(folder, file)
  const read = readTextFile(path)
  if (!('text' in read)) {
    return {
      file,
      groups: [],
      settings: undefined,
      tests: [],
      faults: [{ file, line: 1, column: 1, key: '', problem: read.problem }],
    }
  }
  const { yaml, faults } = readYaml(file, read.text)
  return yaml === undefined
    ? { file, groups: [], settings: undefined, tests: [], faults }
    : readFile(yaml, faults, dirname(path))
}

function readFile(yaml: YamlFile, given: readonly FileFault[], folder: string): RuleTestFile {
  const faults = [...given]
  const report = createReport(yaml, faults)
  const config = checkShape(testFileSchema, yaml.value, report, { hints: TEST_KEY_HINTS })
  if (config === undefined)
    return { file: yaml.file, groups: [], settings: undefined, tests: [], faults: faults.sort(comparePlaces) }
  const groups = readGroups(config, folder, report, faults)
  const settings = readTestSettings(config.config, folder, report)
  const tests = config.tests.map((test, index) =>
    readTest(test, { path: ['tests', index], yaml, folder, report, groups, settings }),
  )
  return {
    file: yaml.file,
    groups,
    settings,
    tests: faults.length === 0 ? tests : [],
    faults: faults.sort(comparePlaces),
  }
}

function readGroups(
  { rule_files: patterns, evaluation_interval: intervalMs = MINUTE_MS }: TestFileConfig,
  folder: string,
  report: Report,
  faults: FileFault[],
): readonly RuleGroup[] {
  const loaded = loadRules(patterns, { folder, intervalMs })
  faults.push(...loaded.faults)
  for (const pattern of loaded.unmatched) {
    const index = patterns.indexOf(pattern)
    report(['rule_files', index], `found no file for ${JSON.stringify(pattern)}`)
  }
  return loaded.groups
}

interface TestParts {
  readonly path: KeyPath
  readonly yaml: YamlFile
  readonly folder: string
  readonly report: Report
  readonly groups: readonly RuleGroup[]
  readonly settings: DispatchSettings | undefined
}

function readTest(config: TestConfig, parts: TestParts): RuleTest {
  const { path, folder, report } = parts
  const {
    interval: intervalMs = MINUTE_MS,
    input_traces: inputs = [],
    start_time: start = TESTS_START,
  } = config
  const { alert_rule_test: checks = [], notification_test: notificationChecks = [] } = config
  if (config.alert_rule_test === undefined && config.notification_test === undefined)
    report(path, 'found neither, expected alert_rule_test or notification_test')
  const lastMs = Math.max(0, ...[...checks, ...notificationChecks].map(({ eval_time: atMs }) => atMs))
  const ids = createIdMaker()
  const traces = inputs.flatMap((input, index) => {
    const inputPath = [...path, 'input_traces', index]
    return readInput(input, { folder, path: inputPath, report, start, intervalMs, lastMs, ids })
  })
  const spans = traces.reduce((sum, trace) => sum + trace.spans.length, 0)
  if (spans > MOST_SPANS)
    report([...path, 'input_traces'], `found ${spans} spans, expected at most ${MOST_SPANS}`)
  const expected = checks.map((check, index) => readCheck(check, [...path, 'alert_rule_test', index], parts))
  return {
    name: config.name ?? `test ${Number(path.at(-1)) + 1}`,
    traces: traces.toSorted((left, right) => left.at - right.at),
    expected: expected.toSorted((left, right) => left.atMs - right.atMs),
    start,
    silences: readSilences(config.silences ?? [], start),
    tellings: readTellings(notificationChecks, [...path, 'notification_test'], parts),
  }
}

function readCheck(check: CheckConfig, path: KeyPath, { yaml, report, groups }: TestParts): ExpectedFiring {
  const { eval_time: atMs, alertname: alert, exp_alerts: alerts = [] } = check
  const names = groups.flatMap(({ rules }) => rules.map((rule) => rule.alert))
  if (!names.includes(alert)) {
    const hint = suggest(alert, names)
    report(
      [...path, 'alertname'],
      `found no rule ${JSON.stringify(alert)}${hint === undefined ? '' : `; ${hint}`}`,
    )
  }
  return {
    atMs,
    alert,
    alerts: alerts.map((each, index): ExpectedAlert => {
      const at = [...path, 'exp_alerts', index]
      const labels = readTexts(each.exp_labels, [...at, 'exp_labels'], yaml)
      return {
        labels: new Map([...labels].filter(([name]) => name !== 'alertname')),
        annotations:
          each.exp_annotations && readTexts(each.exp_annotations, [...at, 'exp_annotations'], yaml),
        value: each.exp_value,
      }
    }),
  }
}
