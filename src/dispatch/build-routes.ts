import { formatMatchers } from '../model/format-matchers.js'
import type { Matcher } from '../model/matcher.js'
import type { GroupBy, Route } from '../model/route.js'
import { MINUTE_MS, SECOND_MS } from '../model/time.js'
import { toDurationMs } from '../schema/duration.js'
import type { RouteConfig } from './dispatch-schema.js'
import { toMatchers } from './to-matchers.js'

/** What a route takes over from the one around it. */
type Inherited = Pick<Route, 'receiver' | 'groupBy' | 'groupWaitMs' | 'groupIntervalMs' | 'repeatIntervalMs'>

/** Alertmanager's. */
const DEFAULTS: Omit<Inherited, 'receiver'> = {
  groupBy: [],
  groupWaitMs: 30 * SECOND_MS,
  groupIntervalMs: 5 * MINUTE_MS,
  repeatIntervalMs: 4 * 60 * MINUTE_MS,
}

/** The routing tree of settings that have been checked, with everything that is inherited written out. */
export function buildRoutes(root: RouteConfig & { readonly receiver: string }): Route {
  return buildRoute(root, '{}', { ...DEFAULTS, receiver: root.receiver })
}

function buildRoute(config: RouteConfig, key: string, around: Inherited): Route {
  const inherited = inherit(config, around)
  const children = config.routes ?? []
  const matchers = children.map((child) => toMatchers(child.matchers))
  const keys = nameChildren(key, matchers)
  return {
    ...inherited,
    key,
    matchers: toMatchers(config.matchers),
    continue: config.continue ?? false,
    muteTimeIntervals: config.mute_time_intervals ?? [],
    activeTimeIntervals: config.active_time_intervals ?? [],
    routes: children.map((child, index) => buildRoute(child, keys[index] ?? key, inherited)),
  }
}

function inherit(config: RouteConfig, around: Inherited): Inherited {
  const ms = (text: string | 0 | undefined, otherwise: number): number =>
    text === undefined ? otherwise : toDurationMs(text)
  return {
    receiver: config.receiver ?? around.receiver,
    groupBy: config.group_by === undefined ? around.groupBy : toGroupBy(config.group_by),
    groupWaitMs: ms(config.group_wait, around.groupWaitMs),
    groupIntervalMs: ms(config.group_interval, around.groupIntervalMs),
    repeatIntervalMs: ms(config.repeat_interval, around.repeatIntervalMs),
  }
}

function toGroupBy(labels: readonly string[]): GroupBy {
  return labels.includes('...') ? 'all' : labels
}

/** Siblings that match the same are told apart by a number, or what one was told would count for the other. */
function nameChildren(key: string, matchers: readonly (readonly Matcher[])[]): readonly string[] {
  const seen = new Map<string, number>()
  return matchers.map((each) => {
    const own = `${key}/${formatMatchers(each)}`
    const count = (seen.get(own) ?? 0) + 1
    seen.set(own, count)
    return count === 1 ? own : `${own}#${count}`
  })
}
