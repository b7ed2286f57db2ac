import type { LabelSet } from '../../model/label-set.js'
import { MatcherError } from '../../model/matcher-error.js'
import type { Matcher } from '../../model/matcher.js'
import { parseMatchers } from '../../model/parse-matchers.js'
import { badRequest } from './alertmanager-error.js'
import type { AlertStatus } from './encode-alert.js'
import { createBoundedFilter, findExcess } from './matcher-bounds.js'
import type { AlertmanagerApiOptions } from './options.js'

type MatcherTools = Pick<AlertmanagerApiOptions, 'compileMatchers' | 'findMatcherFault' | 'matcherSize'>

/** Which alerts are asked for. */
export interface AlertFilter {
  /** Whether labels meet every `filter`. */
  readonly labels: (labels: LabelSet) => boolean
  readonly status: (status: AlertStatus) => boolean
  readonly receiver: (name: string) => boolean
}

/** Throws an `AlertmanagerError` for parameters that cannot be followed. */
export function parseAlertFilter(params: URLSearchParams, tools: MatcherTools): AlertFilter {
  return {
    labels: parseLabelFilter(params, tools),
    status: parseStatusFilter(params),
    receiver: parseReceiver(params.get('receiver') ?? '', tools),
  }
}

/** Whether labels meet every `filter`; each may hold several matchers. */
function parseLabelFilter(params: URLSearchParams, tools: MatcherTools): (labels: LabelSet) => boolean {
  return createBoundedFilter(parseFilters(params, tools), tools)
}

/** The matchers of every `filter`. Throws an `AlertmanagerError` where one is none. */
export function parseFilters(
  params: URLSearchParams,
  tools: Pick<MatcherTools, 'findMatcherFault' | 'matcherSize'>,
): readonly Matcher[] {
  const matchers = params.getAll('filter').flatMap(readFilter)
  const excess = findExcess(matchers, tools)
  if (excess !== undefined) throw badRequest(`bad filter: ${excess}`)
  for (const matcher of matchers) {
    const fault = tools.findMatcherFault(matcher)
    if (fault !== undefined) throw badRequest(`bad matcher of ${JSON.stringify(matcher.name)}: ${fault}`)
  }
  return matchers
}

function readFilter(text: string): readonly Matcher[] {
  try {
    const matchers = parseMatchers(text)
    if (matchers.length > 0) return matchers
    throw badRequest(`bad matcher format: ${text}: expected a matcher such as severity="page"`)
  } catch (error) {
    if (!(error instanceof MatcherError)) throw error
    throw badRequest(`bad matcher format: ${text}: ${error.message}`)
  }
}

function parseStatusFilter(params: URLSearchParams): (status: AlertStatus) => boolean {
  const wants = {
    active: parseFlag(params, 'active'),
    unprocessed: parseFlag(params, 'unprocessed'),
    silenced: parseFlag(params, 'silenced'),
    inhibited: parseFlag(params, 'inhibited'),
    muted: parseFlag(params, 'muted'),
  }
  return ({ state, silencedBy, inhibitedBy, mutedBy }) =>
    (wants.active || state !== 'active') &&
    (wants.unprocessed || state !== 'unprocessed') &&
    (wants.silenced || silencedBy.length === 0) &&
    (wants.inhibited || inhibitedBy.length === 0) &&
    (wants.muted || mutedBy.length === 0)
}

const TRUE = new Set(['', '1', 't', 'true'])
const FALSE = new Set(['0', 'f', 'false'])

function parseFlag(params: URLSearchParams, name: string): boolean {
  const word = params.get(name)?.toLowerCase() ?? ''
  if (TRUE.has(word)) return true
  if (FALSE.has(word)) return false
  throw badRequest(`parameter ${name}: found ${JSON.stringify(word)}, expected true or false`)
}

/** A regular expression that must match the whole name. */
function parseReceiver(
  pattern: string,
  { compileMatchers, findMatcherFault }: MatcherTools,
): (name: string) => boolean {
  if (pattern === '') return () => true
  const matcher: Matcher = { name: 'receiver', operator: '=~', value: pattern }
  const fault = findMatcherFault(matcher)
  if (fault !== undefined) throw badRequest(`failed to parse receiver param: ${fault}`)
  const isMet = compileMatchers([matcher])
  return (name) => isMet(new Map([['receiver', name]]))
}
