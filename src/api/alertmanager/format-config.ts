import { stringify } from 'yaml'
import { formatDurationMs } from '../../model/duration.js'
import { formatMatcher } from '../../model/format-matchers.js'
import type { InhibitRule } from '../../model/inhibit-rule.js'
import type { Matcher } from '../../model/matcher.js'
import type { GroupBy, Route } from '../../model/route.js'
import type { NumberRange, TimeInterval, TimeIntervalPart } from '../../model/time-interval.js'
import type { ShownDispatch } from './options.js'

/**
 * What decides who hears of alerts, as YAML in Alertmanager's words, which its own tools can read. Of receivers it has
 * the names alone: how they are reached may be a secret.
 */
export function formatConfig({ route, inhibitRules, timeIntervals, receivers }: ShownDispatch): string {
  return stringify(
    {
      route: showRoute(route),
      inhibit_rules: whereAny(inhibitRules.map(showInhibitRule)),
      receivers: receivers.map((name) => ({ name })),
      time_intervals: whereAny(timeIntervals.map(showInterval)),
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  )
}

function showRoute(route: Route): object {
  return {
    receiver: route.receiver,
    group_by: showGroupBy(route.groupBy),
    continue: route.continue || undefined,
    matchers: showMatchers(route.matchers),
    group_wait: formatDurationMs(route.groupWaitMs),
    group_interval: formatDurationMs(route.groupIntervalMs),
    repeat_interval: formatDurationMs(route.repeatIntervalMs),
    mute_time_intervals: whereAny(route.muteTimeIntervals),
    active_time_intervals: whereAny(route.activeTimeIntervals),
    routes: whereAny(route.routes.map(showRoute)),
  }
}

function showGroupBy(groupBy: GroupBy): readonly string[] | undefined {
  return groupBy === 'all' ? ['...'] : whereAny(groupBy)
}

function showMatchers(matchers: readonly Matcher[]): readonly string[] | undefined {
  return whereAny(matchers.map(formatMatcher))
}

/** What is empty is left out. */
function whereAny<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length > 0 ? items : undefined
}

function showInhibitRule({ sourceMatchers, targetMatchers, equal }: InhibitRule): object {
  return {
    source_matchers: showMatchers(sourceMatchers),
    target_matchers: showMatchers(targetMatchers),
    equal: whereAny(equal),
  }
}

function showInterval({ name, parts }: TimeInterval): object {
  return { name, time_intervals: parts.map(showPart) }
}

function showPart(part: TimeIntervalPart): object {
  const ranges = (all: readonly NumberRange[], show: (each: number) => string | number) =>
    whereAny(all.map((range) => showRange(range, show)))
  return {
    times: whereAny(
      part.times.map(({ start, end }) => ({ start_time: clockTime(start), end_time: clockTime(end) })),
    ),
    weekdays: ranges(part.weekdays, (day) => WEEKDAYS[day] ?? day),
    days_of_month: ranges(part.daysOfMonth, (day) => day),
    months: ranges(part.months, (month) => month),
    years: ranges(part.years, (year) => year),
    location: part.timeZone,
  }
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const

function showRange({ start, end }: NumberRange, show: (each: number) => string | number): string {
  return start === end ? String(show(start)) : `${show(start)}:${show(end)}`
}

function clockTime(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':')
}
