import type { ArrivalMark, ChangedTrace, LocalTraces } from '../../model/local-traces.js'
import type { Interval } from '../../model/time.js'
import type { Trace } from '../../model/trace.js'
import type { TraceqlError } from '../../traceql/index.js'
import type { InstanceKey } from './instance-reader.js'
import { toNanoWindow } from './nano-window.js'
import type { MatchTask } from './rule-task.js'
import type { SelectionTable } from './selection-table.js'
import { TraceTimes } from './trace-times.js'

/** How many late traces each task was given. */
export type LateCounts = ReadonlyMap<MatchTask, number>

/**
 * Reads the earlier windows of match rules again, and adds what has come for them since: the traces that match now, and
 * did not when the rule was evaluated last. They are in no window to come, so that each is counted once.
 */
export function countLate(
  traces: Pick<LocalTraces, 'changedWithin'>,
  mark: ArrivalMark,
  table: SelectionTable,
  failures: Map<number, TraceqlError>,
): LateCounts {
  const tasks = table.takers
    .flat()
    .flatMap(({ task }) => (task.kind === 'match' && task.memory ? [task] : []))
  const counts = new Map<MatchTask, number>()
  for (const [since, group] of groupByMark(tasks)) {
    for (const changed of traces.changedWithin(earlierThan(group), since, mark)) {
      for (const task of addLate(changed, new Set(group), table, failures)) {
        counts.set(task, (counts.get(task) ?? 0) + 1)
      }
    }
  }
  return counts
}

function groupByMark(tasks: readonly MatchTask[]): ReadonlyMap<ArrivalMark, readonly MatchTask[]> {
  const groups = new Map<ArrivalMark, MatchTask[]>()
  for (const task of tasks) {
    const mark = task.memory?.mark ?? 0
    const group = groups.get(mark)
    if (group === undefined) groups.set(mark, [task])
    else group.push(task)
  }
  return groups
}

/** All that these tasks have seen before their present windows. */
function earlierThan(tasks: readonly MatchTask[]): Interval {
  const starts = tasks.map(({ memory, window }) => memory?.seen[0]?.start ?? window.start)
  return { start: Math.min(...starts), end: Math.max(...tasks.map(({ window }) => window.start)) }
}

function addLate(
  { now, before }: ChangedTrace,
  tasks: ReadonlySet<MatchTask>,
  table: SelectionTable,
  failures: Map<number, TraceqlError>,
): readonly MatchTask[] {
  const times = new TraceTimes(now)
  const isLate = (task: MatchTask): boolean =>
    hasSeen(task, times) && !times.overlaps(toNanoWindow(task.window))
  const late = new Set([...tasks].filter(isLate))
  if (late.size === 0) return []
  const found = findInstances(now, late, table, failures)
  const known = before === undefined ? undefined : findInstances(before, late, table, failures)
  return [...found].flatMap(([task, instances]) => {
    const counted = new Set(known?.get(task))
    const fresh = instances.filter((instance) => !counted.has(instance))
    task.run.countLate(now, fresh)
    return fresh.length > 0 ? [task] : []
  })
}

function hasSeen({ memory }: MatchTask, times: TraceTimes): boolean {
  return memory?.seen.some((interval) => times.overlaps(toNanoWindow(interval))) ?? false
}

/** The instances in which the tasks count a trace. */
function findInstances(
  trace: Trace,
  tasks: ReadonlySet<MatchTask>,
  { judge, takers }: SelectionTable,
  failures: Map<number, TraceqlError>,
): ReadonlyMap<MatchTask, readonly InstanceKey[]> {
  const found = new Map<MatchTask, readonly InstanceKey[]>()
  judge.judge(trace, {
    failures,
    onChosen: (selection, context, spans) => {
      for (const { task } of takers[selection] ?? []) {
        if (task.kind !== 'match' || !tasks.has(task)) continue
        found.set(task, task.run.instancesOf(context, spans))
      }
    },
  })
  return found
}
