import { badParameter } from './prometheus-error.js'

/** What `/api/v1/rules` is asked for. An empty set stands for all. */
export interface RulesRequest {
  readonly ruleNames: ReadonlySet<string>
  readonly groupNames: ReadonlySet<string>
  readonly files: ReadonlySet<string>
  /** Recording rules alone are asked for, of which there are none. */
  readonly recording: boolean
  readonly excludeAlerts: boolean
  /** How many groups an answer holds; undefined for all. */
  readonly groupLimit: number | undefined
  /** Where the answer before this one ended. */
  readonly nextToken: string | undefined
}

/** Throws a `PrometheusError` for parameters that cannot be followed, or are not supported. */
export function parseRulesRequest(params: URLSearchParams): RulesRequest {
  if (params.has('match[]'))
    throw badParameter('match[]', 'not supported: rules are chosen by rule_name[], rule_group[] and file[]')
  const groupLimit = parseGroupLimit(params.get('group_limit'))
  const nextToken = params.get('group_next_token') || undefined
  if (nextToken !== undefined && groupLimit === undefined) {
    throw badParameter('group_limit', 'group_limit needs to be present in order to paginate over the groups')
  }
  return {
    ruleNames: new Set(params.getAll('rule_name[]')),
    groupNames: new Set(params.getAll('rule_group[]')),
    files: new Set(params.getAll('file[]')),
    recording: parseType(params.get('type')) === 'record',
    excludeAlerts: parseExcludeAlerts(params.get('exclude_alerts')),
    groupLimit,
    nextToken,
  }
}

function parseType(text: string | null): 'alert' | 'record' | undefined {
  const type = text?.toLowerCase()
  if (type === undefined || type === '') return undefined
  if (type === 'alert' || type === 'record') return type
  throw badParameter('type', `not supported value ${JSON.stringify(type)}`)
}

const TRUE = new Set(['1', 't', 'true'])
const FALSE = new Set(['0', 'f', 'false', ''])

function parseExcludeAlerts(text: string | null): boolean {
  const word = text?.toLowerCase() ?? ''
  if (TRUE.has(word)) return true
  if (FALSE.has(word)) return false
  throw badParameter(
    'exclude_alerts',
    `error converting exclude_alerts: ${JSON.stringify(word)} is neither true nor false`,
  )
}

function parseGroupLimit(text: string | null): number | undefined {
  if (text === null || text === '') return undefined
  if (!/^\d{1,9}$/.test(text)) throw badParameter('group_limit', 'group_limit needs to be a valid number')
  if (Number(text) === 0) throw badParameter('group_limit', 'group_limit needs to be greater than 0')
  return Number(text)
}
