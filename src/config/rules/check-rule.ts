import { checkTemplate } from '../../template/check-template.js'
import { suggest } from '../suggest.js'
import { describeFound } from '../yaml/file-fault.js'
import type { KeyPath } from '../yaml/key-path.js'
import type { Report } from '../yaml/report.js'
import { isRecord } from '../yaml/value-at.js'
import { checkAnomaly } from './check-anomaly.js'
import { checkExpr } from './check-expr.js'
import { readCondition } from './read-condition.js'
import { readGroupField } from './read-group-field.js'
import { EXPR_EXPECTED, NAME_EXPECTED } from './rule-file-schema.js'

/** Reports what is wrong with a rule but for its shape, which is looked at apart, so that both are told at once. */
export function checkRule(rule: Readonly<Record<string, unknown>>, path: KeyPath, report: Report): void {
  const isAnomaly = Object.hasOwn(rule, 'anomaly')
  if (isAnomaly) checkAnomaly(rule, path, report)
  checkAsked(rule, isAnomaly, path, report)
  checkGroupBy(rule['group_by'], [...path, 'group_by'], report)
  checkResolveWhen(rule['resolve_when'], [...path, 'resolve_when'], report)
  checkTemplates(rule['labels'], [...path, 'labels'], report, isAnomaly)
  checkTemplates(rule['annotations'], [...path, 'annotations'], report, isAnomaly)
}

/** A rule has an expression or learns what is normal, and not both. */
function checkAsked(
  rule: Readonly<Record<string, unknown>>,
  isAnomaly: boolean,
  path: KeyPath,
  report: Report,
): void {
  const { expr } = rule
  if (!Object.hasOwn(rule, 'expr')) {
    if (!isAnomaly)
      report([...path, 'expr'], `found nothing, expected ${EXPR_EXPECTED}; or anomaly in its place`)
    return
  }
  if (isAnomaly) report([...path, 'anomaly'], 'found beside expr, expected one of the two', { atKey: true })
  if (typeof expr !== 'string') return
  const kind = checkExpr(expr, [...path, 'expr'], report)
  if (kind === 'metric' && !isAnomaly) checkMetricKeys(rule, path, report)
}

const MATCH_KEYS = [
  ['group_by', 'put by (…) into the query'],
  ['threshold', 'the comparison at its end is the threshold'],
  ['min_traffic', 'compare with a query for all traffic instead'],
] as const

function checkMetricKeys(rule: Readonly<Record<string, unknown>>, path: KeyPath, report: Report): void {
  for (const [key, instead] of MATCH_KEYS) {
    if (Object.hasOwn(rule, key)) {
      report([...path, key], `only for searches, and expr is a metrics query: ${instead}`, { atKey: true })
    }
  }
}

function checkGroupBy(value: unknown, path: KeyPath, report: Report): void {
  if (!Array.isArray(value)) return
  const texts = new Set<string>()
  for (const [index, each] of value.entries()) {
    if (typeof each !== 'string') continue
    const text = readGroupField(each)?.text
    const found = `found ${describeFound(each)}`
    if (text === undefined)
      report([...path, index], `${found}, expected one attribute or intrinsic, such as span.http.route`)
    else if (texts.has(text)) report([...path, index], `${found} a second time`)
    else texts.add(text)
  }
}

function checkResolveWhen(value: unknown, path: KeyPath, report: Report): void {
  if (typeof value !== 'string' || readCondition(value) !== undefined) return
  report(path, `found ${describeFound(value)}, expected a comparison with a number, such as < 5 or <= 1.5s`)
}

/** Reports the faults of templates: the values of `labels` or `annotations`. Only alerts on what is unlike normal have a finding. */
export function checkTemplates(value: unknown, path: KeyPath, report: Report, hasFinding = false): void {
  if (!isRecord(value)) return
  if (Object.hasOwn(value, PROTO)) reportProto([...path, PROTO], report)
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string') continue
    for (const { at, problem, unknown } of checkTemplate(text, { hasFinding })) {
      const hint = unknown === undefined ? undefined : suggest(unknown.word, unknown.known)
      report([...path, name], `template: ${problem}${hint === undefined ? '' : `; ${hint}`}`, { offset: at })
    }
  }
}

/** The one name that the schema library passes over. */
const PROTO = '__proto__'

function reportProto(path: KeyPath, report: Report): void {
  report(path, `found ${describeFound(PROTO)}, expected ${NAME_EXPECTED}`, { atKey: true })
}
