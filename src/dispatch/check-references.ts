import { readMoment } from './read-moment.js'
import { isTimeZone, toTimeZone } from './zoned-time.js'

/** Something that is wrong between settings that are each right. */
export interface ReferenceFault {
  readonly path: readonly (string | number)[]
  readonly problem: string
}

type Path = ReferenceFault['path']
type Fields = ReadonlyMap<string, unknown>

/**
 * Names that are used and not there, or there twice; settings that do not go together. Takes settings of any shape, so that
 * these are told beside what has not the right one, and looks at as much of them as can be understood.
 */
export function checkReferences(settings: unknown): readonly ReferenceFault[] {
  const config = fieldsOf(settings)
  const receivers = readNames(config, 'receivers')
  const intervals = readNames(config, 'time_intervals')
  const windows = listOf(config.get('maintenance_windows'))
  const route = config.get('route')
  return [
    ...receivers.repeated,
    ...intervals.repeated,
    ...readNames(config, 'maintenance_windows').repeated,
    ...(route === undefined ? [] : checkRoute(fieldsOf(route), ['route'], { receivers, intervals })),
    ...windows.flatMap((window, index) => checkWindow(fieldsOf(window), ['maintenance_windows', index])),
  ]
}

/** The names of the entries of a list. */
interface Names {
  readonly key: string
  /** Undefined where one has none that can be read: then it is not known what is missing. */
  readonly all: readonly string[] | undefined
  readonly repeated: readonly ReferenceFault[]
}

function readNames(config: Fields, key: string): Names {
  const value = config.get(key)
  const names = listOf(value).map((entry) => textOf(fieldsOf(entry).get('name')))
  const isWhole = value === undefined || Array.isArray(value)
  const known = names.filter((name) => name !== undefined)
  const all = isWhole && known.length === names.length ? known : undefined
  return { key, all, repeated: findRepeated(names, key) }
}

function findRepeated(names: readonly (string | undefined)[], key: string): readonly ReferenceFault[] {
  return names.flatMap((name, index) => {
    const first = names.indexOf(name)
    if (name === undefined || first === index) return []
    const problem = `found ${JSON.stringify(name)} a second time, after ${key}[${first}]`
    return [{ path: [key, index, 'name'], problem }]
  })
}

interface Known {
  readonly receivers: Names
  readonly intervals: Names
}

function checkRoute(route: Fields, path: Path, known: Known): readonly ReferenceFault[] {
  const used = (key: 'mute_time_intervals' | 'active_time_intervals'): readonly ReferenceFault[] =>
    listOf(route.get(key)).flatMap((name, index) => checkName(name, [...path, key, index], known.intervals))
  return [
    ...checkName(route.get('receiver'), [...path, 'receiver'], known.receivers),
    ...used('mute_time_intervals'),
    ...used('active_time_intervals'),
    ...listOf(route.get('routes')).flatMap((child, index) =>
      checkRoute(fieldsOf(child), [...path, 'routes', index], known),
    ),
  ]
}

function checkName(name: unknown, path: Path, { all, key }: Names): readonly ReferenceFault[] {
  if (typeof name !== 'string' || all === undefined || all.includes(name)) return []
  const there = all.length === 0 ? 'none' : [...new Set(all)].slice(0, 20).join(', ')
  return [{ path, problem: `found ${JSON.stringify(name)}, expected one of ${key}: ${there}` }]
}

const DAY_KEYS = ['weekdays', 'days_of_month', 'months', 'years'] as const

function checkWindow(window: Fields, path: Path): readonly ReferenceFault[] {
  const has = (key: string): boolean => window.get(key) !== undefined
  const kinds = [has('from') || has('to'), has('start_time') || has('duration'), has('time_intervals')]
  const problem = (text: string): readonly ReferenceFault[] => [{ path, problem: text }]
  if (kinds.filter(Boolean).length !== 1)
    return problem('expected one of: from and to, start_time and duration, or time_intervals')
  if (has('from') !== has('to')) return problem('expected both from and to')
  if (has('start_time') !== has('duration')) return problem('expected both start_time and duration')
  const day = DAY_KEYS.find(has)
  if (day !== undefined && !has('start_time'))
    return problem(`found ${day}, expected it only with start_time and duration`)
  return checkOrder(window, path)
}

function checkOrder(window: Fields, path: Path): readonly ReferenceFault[] {
  const [from, to, location = 'UTC'] = ['from', 'to', 'location'].map((key) => textOf(window.get(key)))
  if (from === undefined || to === undefined || !(location === 'Local' || isTimeZone(location))) return []
  const zone = toTimeZone(location)
  const [start, end] = [readMoment(from, zone), readMoment(to, zone)]
  const isRight = 'value' in start && 'value' in end && start.value < end.value
  return isRight
    ? []
    : [{ path: [...path, 'to'], problem: `found ${JSON.stringify(to)}, expected a moment after from` }]
}

/** As a map, so that no name can reach a prototype; empty for what is no mapping. */
function fieldsOf(value: unknown): Fields {
  const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value)
  return new Map(isMapping ? Object.entries(value) : [])
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
