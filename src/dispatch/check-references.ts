import { readMoment } from './read-moment.js'
import type { DispatchConfig, MaintenanceWindowConfig, RouteConfig } from './dispatch-schema.js'
import { toTimeZone } from './zoned-time.js'

/** Something that is wrong between settings that are each right. */
export interface ReferenceFault {
  readonly path: readonly (string | number)[]
  readonly problem: string
}

type Path = ReferenceFault['path']

/** Names that are used and not there, or there twice; settings that do not go together. */
export function checkReferences(config: DispatchConfig): readonly ReferenceFault[] {
  const receivers = (config.receivers ?? []).map(({ name }) => name)
  const intervals = (config.time_intervals ?? []).map(({ name }) => name)
  const windows = config.maintenance_windows ?? []
  return [
    ...findRepeated(receivers, 'receivers'),
    ...findRepeated(intervals, 'time_intervals'),
    ...findRepeated(
      windows.map(({ name }) => name),
      'maintenance_windows',
    ),
    ...(config.route === undefined ? [] : checkRoute(config.route, ['route'], { receivers, intervals })),
    ...windows.flatMap((window, index) => checkWindow(window, ['maintenance_windows', index])),
  ]
}

function findRepeated(names: readonly string[], key: string): readonly ReferenceFault[] {
  return names.flatMap((name, index) => {
    const first = names.indexOf(name)
    if (first === index) return []
    return [
      {
        path: [key, index, 'name'],
        problem: `found ${JSON.stringify(name)} a second time, after ${key}[${first}]`,
      },
    ]
  })
}

interface Known {
  readonly receivers: readonly string[]
  readonly intervals: readonly string[]
}

function checkRoute(route: RouteConfig, path: Path, known: Known): readonly ReferenceFault[] {
  const receiver = route.receiver === undefined ? [] : [route.receiver]
  const used = (key: 'mute_time_intervals' | 'active_time_intervals'): readonly ReferenceFault[] =>
    (route[key] ?? []).flatMap((name, index) =>
      checkName(name, [...path, key, index], known.intervals, 'time_intervals'),
    )
  return [
    ...receiver.flatMap((name) => checkName(name, [...path, 'receiver'], known.receivers, 'receivers')),
    ...used('mute_time_intervals'),
    ...used('active_time_intervals'),
    ...(route.routes ?? []).flatMap((child, index) => checkRoute(child, [...path, 'routes', index], known)),
  ]
}

function checkName(
  name: string,
  path: Path,
  known: readonly string[],
  key: string,
): readonly ReferenceFault[] {
  if (known.includes(name)) return []
  const there = known.length === 0 ? 'none' : known.slice(0, 20).join(', ')
  return [{ path, problem: `found ${JSON.stringify(name)}, expected one of ${key}: ${there}` }]
}

const DAY_KEYS = ['weekdays', 'days_of_month', 'months', 'years'] as const

function checkWindow(window: MaintenanceWindowConfig, path: Path): readonly ReferenceFault[] {
  const has = (key: keyof MaintenanceWindowConfig): boolean => window[key] !== undefined
  const kinds = [has('from') || has('to'), has('start_time') || has('duration'), has('time_intervals')]
  const problem = (text: string): readonly ReferenceFault[] => [{ path, problem: text }]
  if (kinds.filter(Boolean).length !== 1)
    return problem('expected one of: from and to, start_time and duration, or time_intervals')
  if (has('from') !== has('to')) return problem('expected both from and to')
  if (has('start_time') !== has('duration')) return problem('expected both start_time and duration')
  const day = DAY_KEYS.find((key) => has(key))
  if (day !== undefined && !has('start_time'))
    return problem(`found ${day}, expected it only with start_time and duration`)
  return checkOrder(window, path)
}

function checkOrder(
  { from, to, location = 'UTC' }: MaintenanceWindowConfig,
  path: Path,
): readonly ReferenceFault[] {
  if (from === undefined || to === undefined) return []
  const zone = toTimeZone(location)
  const [start, end] = [readMoment(from, zone), readMoment(to, zone)]
  const isRight = 'value' in start && 'value' in end && start.value < end.value
  return isRight
    ? []
    : [{ path: [...path, 'to'], problem: `found ${JSON.stringify(to)}, expected a moment after from` }]
}
