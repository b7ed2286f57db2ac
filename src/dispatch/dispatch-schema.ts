import { z } from 'zod'
import { durationFromSecond, durationOrZero, toDurationMs } from '../schema/duration.js'
import { expecting } from '../schema/expecting.js'
import { readable } from '../schema/parsed.js'
import { readLabelMatchers } from './read-label-matchers.js'
import { readMoment } from './read-moment.js'
import { readDaysOfMonth, readMinute, readMonths, readWeekdays, readYears } from './read-time-range.js'
import { isTimeZone } from './zoned-time.js'

const NAME_EXPECTED = 'a name'
const name = z
  .string({ error: NAME_EXPECTED })
  .min(1, { error: NAME_EXPECTED })
  .max(500, { error: 'a name of at most 500 characters' })

const MATCHERS_EXPECTED = 'a list of matchers, such as [severity="page", service=~"shop.*"]'
const matchers = z
  .array(readable(readLabelMatchers, MATCHERS_EXPECTED), { error: MATCHERS_EXPECTED })
  .describe('Conditions on labels, all of which must hold, such as `severity="page"` or `service=~"shop.*"`.')

const names = (error: string) => z.array(name, { error })

const groupBy = names('a list of labels, such as [alertname, service], or [...] for each alert alone')
  .refine((labels) => new Set(labels).size === labels.length, { error: 'each label once' })
  .refine((labels) => !labels.includes('...') || labels.length === 1, {
    error: '... alone, as it stands for all labels',
  })
  .describe(
    'Alerts with the same values of these labels are told together; [...] tells of each alert alone. Default: all together, inherited.',
  )

const intervalNames = names('a list of names of time_intervals')

const routeFields = {
  receiver: name.optional().describe('Who is told. Default: that of the route around it.'),
  group_by: groupBy.optional(),
  group_wait: durationOrZero
    .optional()
    .describe('How long a new group waits for more alerts. Default: 30s, inherited.'),
  group_interval: durationFromSecond
    .optional()
    .describe('How long a group that was told waits before it tells of a change. Default: 5m, inherited.'),
  repeat_interval: durationFromSecond
    .optional()
    .describe('How long before what has not changed is told again. Default: 4h, inherited.'),
} as const

/** A route below the root. */
export interface RouteConfig {
  readonly receiver?: string | undefined
  readonly group_by?: readonly string[] | undefined
  readonly group_wait?: string | 0 | undefined
  readonly group_interval?: string | undefined
  readonly repeat_interval?: string | undefined
  readonly matchers?: readonly string[] | undefined
  readonly continue?: boolean | undefined
  readonly mute_time_intervals?: readonly string[] | undefined
  readonly active_time_intervals?: readonly string[] | undefined
  readonly routes?: readonly RouteConfig[] | undefined
}

const routeSchema: z.ZodType<RouteConfig> = z.strictObject(
  {
    ...routeFields,
    matchers: matchers.optional(),
    continue: z
      .boolean({ error: 'true or false' })
      .optional()
      .describe('Whether routes after this one are asked too where it matches. Default: false.'),
    mute_time_intervals: intervalNames.optional().describe('When nobody is told.'),
    active_time_intervals: intervalNames.optional().describe('Outside of these nobody is told.'),
    get routes() {
      return z.array(routeSchema, { error: 'a list of routes' }).optional()
    },
  },
  { error: expecting('a route: a mapping with receiver, matchers, …') },
)

const rootSchema = z
  .strictObject(
    {
      ...routeFields,
      receiver: name.describe('Who is told of what no route below matches.'),
      routes: z.array(routeSchema, { error: 'a list of routes' }).optional(),
    },
    { error: expecting('a mapping with receiver, group_by, routes, …') },
  )
  .describe('Who is told of which alerts, together with what, and how often.')

const equal = names('a list of labels')
/** Without any, everything would be muted. */
const someMatchers = matchers.min(1, { error: MATCHERS_EXPECTED })

/** The matchers of a silence, as texts that `toMatchers` reads. */
export const silenceMatchersSchema = someMatchers
const inhibitRule = z.strictObject(
  {
    source_matchers: someMatchers.describe('While an alert fires that these match, …'),
    target_matchers: someMatchers.describe('… those are muted that these match …'),
    equal: equal.optional().describe('… and that have the same values of these labels.'),
  },
  { error: expecting('a mapping with source_matchers, target_matchers and equal') },
)

const LOCATION_EXPECTED = 'a time zone of the IANA database, such as Europe/Berlin or UTC'
const location = z
  .string({ error: LOCATION_EXPECTED })
  .refine((zone) => zone === 'Local' || isTimeZone(zone), { error: LOCATION_EXPECTED })
  .optional()
  .describe('The time zone, such as Europe/Berlin, or Local for that of this machine. Default: UTC.')

const minute = readable(readMinute, 'a time of the day, such as 09:30')
const MINUTES_EXPECTED = 'a start_time before the end_time'
const timeRange = z
  .strictObject(
    { start_time: minute, end_time: minute },
    { error: expecting('a mapping with start_time and end_time') },
  )
  .refine(({ start_time, end_time }) => start_time < end_time, {
    error: `${MINUTES_EXPECTED}; a range over midnight is two`,
  })

/** A number may stand without quotes where it is no range. */
function ranges(read: Parameters<typeof readable>[0], error: string) {
  const item = z.preprocess(
    (value) => (typeof value === 'number' ? String(value) : value),
    readable(read, error),
  )
  return z.array(item, { error: 'a list of ranges' }).optional()
}

const dayFields = {
  weekdays: ranges(readWeekdays, 'a day such as monday').describe('Such as monday or monday:friday.'),
  days_of_month: ranges(readDaysOfMonth, 'a day from 1 to 31').describe(
    'Such as 1:15, or -1 for the last day.',
  ),
  months: ranges(readMonths, 'a month').describe('Such as may or june:august.'),
  years: ranges(readYears, 'a year').describe('Such as 2027 or 2027:2029.'),
  location,
} as const

const intervalPart = z.strictObject(
  {
    times: z.array(timeRange, { error: 'a list of mappings with start_time and end_time' }).optional(),
    ...dayFields,
  },
  { error: expecting('a mapping with times, weekdays, days_of_month, months, years or location') },
)

const intervalParts = z.array(intervalPart, { error: 'a list of mappings with times, weekdays, …' })

const timeInterval = z.strictObject(
  { name, time_intervals: intervalParts.describe('Moments that lie in any of these.') },
  { error: expecting('a mapping with name and time_intervals') },
)

const maintenanceFields = {
  name,
  comment: z
    .string({ error: 'a text' })
    .max(2000, { error: 'at most 2000 characters' })
    .optional()
    .describe('Why, for people.'),
  matchers: matchers.optional().describe('What is muted. Default: everything.'),
} as const

const moment = readable((text) => readMoment(text, 'UTC'), 'a moment such as 2026-12-24T22:00')
const DURATION_EXPECTED = 'a duration of at most 31 days'
const LONGEST_WINDOW_MS = 31 * 24 * 3600 * 1000

const maintenanceWindow = z.strictObject(
  {
    ...maintenanceFields,
    from: moment.optional().describe('Once: when it begins.'),
    to: moment.optional().describe('Once: when it ends.'),
    start_time: minute
      .optional()
      .describe('Again and again: the time of the day at which it begins, such as 22:00.'),
    duration: durationFromSecond
      .refine((text) => toDurationMs(text) <= LONGEST_WINDOW_MS, { error: DURATION_EXPECTED })
      .optional()
      .describe('Again and again: how long it lasts, also past midnight.'),
    ...dayFields,
    time_intervals: intervalParts.optional().describe('Instead: moments that lie in any of these.'),
  },
  { error: expecting('a mapping with name, and from and to, start_time and duration, or time_intervals') },
)

const rateLimit = z.strictObject(
  {
    notifications: z.int({ error: 'a whole number from 1 on' }).min(1, { error: 'a whole number from 1 on' }),
    per: durationFromSecond,
  },
  { error: expecting('a mapping with notifications and per') },
)

/** The part of a receiver that dispatch reads; the others are for those who deliver. */
export const receiverFields = {
  name: name.describe('What routes call it.'),
  rate_limit: rateLimit
    .optional()
    .describe(
      'More notifications than this are folded into the next one. Not for receivers that keep track of each alert.',
    ),
} as const

/** The settings of dispatch, by their keys in `tracebell.yaml`. */
export const dispatchFields = {
  route: rootSchema.optional(),
  inhibit_rules: z
    .array(inhibitRule, { error: 'a list of inhibit rules' })
    .optional()
    .describe('Which alerts are muted while others fire.'),
  time_intervals: z
    .array(timeInterval, { error: 'a list of time intervals' })
    .optional()
    .describe(
      'Times of the day, the week and the year, for mute_time_intervals and active_time_intervals of routes.',
    ),
  maintenance_windows: z
    .array(maintenanceWindow, { error: 'a list of maintenance windows' })
    .optional()
    .describe('Planned work, once or again and again, during which nobody is told.'),
} as const

/** The keys of dispatch alone, with receivers of which only names count. */
export const dispatchSchema = z.strictObject({
  ...dispatchFields,
  receivers: z.array(z.looseObject(receiverFields), { error: 'a list of receivers' }).optional(),
})

export type DispatchConfig = z.output<typeof dispatchSchema>
export type InhibitRuleConfig = z.output<typeof inhibitRule>
export type TimeIntervalConfig = z.output<typeof timeInterval>
export type TimeIntervalPartConfig = z.output<typeof intervalPart>
export type MaintenanceWindowConfig = z.output<typeof maintenanceWindow>
export type ReceiverConfig = z.output<z.ZodObject<typeof receiverFields>>

/** What people write and what is no key here, with what to do instead. */
export const DISPATCH_HINTS: ReadonlyMap<string, string> = new Map([
  ['match', `expected matchers, such as ['severity="page"']`],
  ['match_re', `expected matchers, such as ['service=~"shop.*"']`],
  ['source_match', 'expected source_matchers'],
  ['source_match_re', 'expected source_matchers'],
  ['target_match', 'expected target_matchers'],
  ['target_match_re', 'expected target_matchers'],
])
