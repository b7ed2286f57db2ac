import { createHash } from 'node:crypto'
import type { GroupStatus, RuleStatus } from '../../rule/group-status.js'
import { encodeAlerts } from './encode-alert.js'
import { encodeGroup } from './encode-group.js'
import { badParameter } from './prometheus-error.js'
import type { RulesRequest } from './rules-request.js'

interface ChosenGroup {
  readonly status: GroupStatus
  readonly rules: readonly RuleStatus[]
}

/** The answer to `/api/v1/rules`: the groups that have a rule which is asked for. */
export function answerRules(groups: readonly GroupStatus[], request: RulesRequest): object {
  const chosen = groups.flatMap((status) => choose(status, request))
  const from = findPage(chosen, request.nextToken)
  const to = request.groupLimit === undefined ? chosen.length : from + request.groupLimit
  const next = chosen[to]
  return {
    groups: chosen.slice(from, to).map(({ status, rules }) => encodeGroup(status, rules, request)),
    ...(next === undefined ? {} : { groupNextToken: tokenOf(next) }),
  }
}

/** The answer to `/api/v1/alerts`: everything that is pending or fires. */
export function answerAlerts(groups: readonly GroupStatus[]): object {
  return { alerts: groups.flatMap(({ rules }) => rules.flatMap(encodeAlerts)) }
}

function choose(status: GroupStatus, request: RulesRequest): ChosenGroup[] {
  const { name, file } = status.group
  if (request.recording || !isAsked(request.groupNames, name) || !isAsked(request.files, file)) return []
  const rules = status.rules.filter(({ rule }) => isAsked(request.ruleNames, rule.alert))
  return rules.length === 0 ? [] : [{ status, rules }]
}

function isAsked(wanted: ReadonlySet<string>, name: string): boolean {
  return wanted.size === 0 || wanted.has(name)
}

/** The index of the group with which the page begins. */
function findPage(chosen: readonly ChosenGroup[], token: string | undefined): number {
  if (token === undefined) return 0
  const index = chosen.findIndex((group) => tokenOf(group) === token)
  if (index >= 0) return index
  throw badParameter(
    'group_next_token',
    `invalid group_next_token ${JSON.stringify(token)}: were rule groups changed?`,
  )
}

function tokenOf({ status }: ChosenGroup): string {
  const { file, name } = status.group
  return createHash('sha256')
    .update(JSON.stringify([file, name]))
    .digest('hex')
    .slice(0, 40)
}
