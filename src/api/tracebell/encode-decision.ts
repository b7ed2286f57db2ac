import type { ExplainedGroup, ExplainedRoute, Explanation } from '../../dispatch/explain.js'
import type { RouteOutcome } from '../../dispatch/match-routes.js'
import { formatMatchers } from '../../model/format-matchers.js'
import type { MuteReason } from '../../model/muter.js'
import type { Timestamp } from '../../model/time.js'

/** Who would be told of an alert, and why, as JSON. */
export interface EncodedDecision {
  /** Each once. */
  readonly receivers: readonly string[]
  /** The routing tree, as far as it was walked. */
  readonly path: readonly EncodedStep[]
  /** What happens on each route that is taken. */
  readonly routes: readonly EncodedRoute[]
}

export interface EncodedStep {
  /** 0 for the root. */
  readonly depth: number
  readonly matchers: string
  readonly receiver: string
  readonly continue: boolean
  readonly outcome: RouteOutcome
}

export interface EncodedRoute {
  readonly receiver: string
  readonly groupKey: string
  readonly groupLabels: Readonly<Record<string, string>>
  readonly groupWaitMs: number
  readonly groupIntervalMs: number
  readonly repeatIntervalMs: number
  /** In words, every reason for which nobody would be told. */
  readonly mutes: readonly string[]
  /** The group as it is, where a tracebell that runs has it. */
  readonly group?: EncodedGroup | undefined
}

export interface EncodedGroup {
  readonly alerts: number
  /** RFC 3339: when it is looked at next. */
  readonly dueAt?: string | undefined
  /** What each stage did when it was looked at last. */
  readonly steps: readonly { readonly stage: string; readonly at: string; readonly text: string }[]
}

/** Reasons for people. */
export type DescribeMute = (reason: MuteReason) => string

export function encodeDecision({ path, routes }: Explanation, describeMute: DescribeMute): EncodedDecision {
  return {
    receivers: [...new Set(routes.map(({ route }) => route.receiver))],
    path: path.map(({ route, depth, outcome }) => ({
      depth,
      matchers: formatMatchers(route.matchers),
      receiver: route.receiver,
      continue: route.continue,
      outcome,
    })),
    routes: routes.map((each) => encodeRoute(each, describeMute)),
  }
}

function encodeRoute(
  { route, groupKey, groupLabels, mutes, group }: ExplainedRoute,
  describeMute: DescribeMute,
): EncodedRoute {
  return {
    receiver: route.receiver,
    groupKey,
    groupLabels: Object.fromEntries(groupLabels),
    groupWaitMs: route.groupWaitMs,
    groupIntervalMs: route.groupIntervalMs,
    repeatIntervalMs: route.repeatIntervalMs,
    mutes: mutes.map(describeMute),
    ...(group === undefined ? {} : { group: encodeGroup(group) }),
  }
}

function encodeGroup({ alerts, dueAt, steps }: ExplainedGroup): EncodedGroup {
  return {
    alerts,
    ...(dueAt === undefined ? {} : { dueAt: encodeTime(dueAt) }),
    steps: steps.map(({ stage, at, text }) => ({ stage, at: encodeTime(at), text })),
  }
}

function encodeTime(at: Timestamp): string {
  return new Date(at).toISOString()
}
