import type { InhibitRule } from '../model/inhibit-rule.js'
import type { MaintenanceSchedule, MaintenanceWindow } from '../model/maintenance-window.js'
import type { Route } from '../model/route.js'
import type { NumberRange, TimeInterval, TimeIntervalPart } from '../model/time-interval.js'
import { toDurationMs } from '../schema/duration.js'
import type { Parsed } from '../schema/parsed.js'
import { buildRoutes } from './build-routes.js'
import type {
  DispatchConfig,
  InhibitRuleConfig,
  MaintenanceWindowConfig,
  ReceiverConfig,
  TimeIntervalConfig,
  TimeIntervalPartConfig,
} from './dispatch-schema.js'
import { readMoment } from './read-moment.js'
import { readDaysOfMonth, readMinute, readMonths, readWeekdays, readYears } from './read-time-range.js'
import type { RateLimit } from './rate-limiter.js'
import { toMatchers, toValue } from './to-matchers.js'
import { toTimeZone } from './zoned-time.js'

/** Everything that decides who hears of what, and when. */
export interface DispatchPlan {
  readonly route: Route
  readonly inhibitRules: readonly InhibitRule[]
  readonly timeIntervals: readonly TimeInterval[]
  readonly maintenanceWindows: readonly MaintenanceWindow[]
  /** Of the receivers that have one. */
  readonly rateLimits: ReadonlyMap<string, RateLimit>
}

/** The plan of settings that have been checked; without a route everything goes to the first receiver. */
export function buildDispatch(config: DispatchConfig): DispatchPlan | undefined {
  const receivers = config.receivers ?? []
  const receiver = config.route?.receiver ?? receivers[0]?.name
  if (receiver === undefined) return undefined
  return {
    route: buildRoutes({ ...config.route, receiver }),
    inhibitRules: (config.inhibit_rules ?? []).map(buildInhibitRule),
    timeIntervals: (config.time_intervals ?? []).map(buildTimeInterval),
    maintenanceWindows: (config.maintenance_windows ?? []).map(buildMaintenanceWindow),
    rateLimits: new Map(receivers.flatMap(toRateLimit)),
  }
}

function buildInhibitRule({ source_matchers, target_matchers, equal = [] }: InhibitRuleConfig): InhibitRule {
  return { sourceMatchers: toMatchers(source_matchers), targetMatchers: toMatchers(target_matchers), equal }
}

function buildTimeInterval({ name, time_intervals }: TimeIntervalConfig): TimeInterval {
  return { name, parts: time_intervals.map(buildPart) }
}

function buildPart({ times = [], ...days }: TimeIntervalPartConfig): TimeIntervalPart {
  const toRange = ({ start_time, end_time }: { start_time: string; end_time: string }): NumberRange => ({
    start: toValue(readMinute(start_time)),
    end: toValue(readMinute(end_time)),
  })
  return { ...buildDays(days), times: times.map(toRange) }
}

function buildDays({
  weekdays,
  days_of_month,
  months,
  years,
  location,
}: Omit<TimeIntervalPartConfig, 'times'>): TimeIntervalPart {
  const read = (
    texts: readonly string[] | undefined,
    each: (text: string) => Parsed<NumberRange>,
  ): readonly NumberRange[] => (texts ?? []).map((text) => toValue(each(text)))
  return {
    times: [],
    weekdays: read(weekdays, readWeekdays),
    daysOfMonth: read(days_of_month, readDaysOfMonth),
    months: read(months, readMonths),
    years: read(years, readYears),
    timeZone: toTimeZone(location),
  }
}

function buildMaintenanceWindow(config: MaintenanceWindowConfig): MaintenanceWindow {
  const { name, comment = '', matchers } = config
  return { name, comment, matchers: toMatchers(matchers), schedule: buildSchedule(config) }
}

function buildSchedule(config: MaintenanceWindowConfig): MaintenanceSchedule {
  const { from = '', to = '', start_time, duration = '', time_intervals } = config
  if (time_intervals !== undefined) return { kind: 'intervals', parts: time_intervals.map(buildPart) }
  if (start_time === undefined) {
    const zone = toTimeZone(config.location)
    return { kind: 'once', from: toValue(readMoment(from, zone)), to: toValue(readMoment(to, zone)) }
  }
  return {
    kind: 'recurring',
    days: buildDays(config),
    startMinute: toValue(readMinute(start_time)),
    durationMs: toDurationMs(duration),
  }
}

function toRateLimit({ name, rate_limit }: ReceiverConfig): readonly (readonly [string, RateLimit])[] {
  if (rate_limit === undefined) return []
  return [[name, { notifications: rate_limit.notifications, perMs: toDurationMs(rate_limit.per) }]]
}
