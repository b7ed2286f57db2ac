import type { Interval } from '../../model/time.js'
import type { TraceqlError } from '../../traceql/index.js'
import type { RuleTask } from './rule-task.js'
import type { Taker } from './rule-run.js'
import type { SelectionUse } from './span-index.js'
import { TraceJudge } from './trace-judge.js'

/** What the tasks of an evaluation ask for, each selection once. */
export interface SelectionTable {
  readonly judge: TraceJudge
  /** By the number of the selection. */
  readonly takers: readonly (readonly TaskTaker[])[]
  /** The windows of the tasks, each once. */
  readonly windows: readonly Interval[]
  /** Why some selection of a task could not be made. */
  failureOf(task: RuleTask, failures: ReadonlyMap<number, TraceqlError>): TraceqlError | undefined
}

export interface TaskTaker {
  readonly task: RuleTask
  readonly taker: Taker
  /** The place of the task's window in the list of windows. */
  readonly window: number
}

/** Makes tables, and keeps judges, as the same rules are due together again and again. */
export interface SelectionTables {
  tableOf(tasks: readonly RuleTask[]): SelectionTable
}

const MOST_JUDGES = 64

export function createSelectionTables(): SelectionTables {
  const judges = new Map<string, TraceJudge>()

  function judgeOf(uses: readonly SelectionUse[]): TraceJudge {
    const key = uses.map(keyOf).join('\n')
    const judge = judges.get(key) ?? new TraceJudge(uses)
    judges.delete(key)
    judges.set(key, judge)
    const [oldest] = judges.keys()
    if (judges.size > MOST_JUDGES && oldest !== undefined) judges.delete(oldest)
    return judge
  }

  return { tableOf: (tasks) => createTable(tasks, judgeOf) }
}

function keyOf({ selection, isTakenEach, isTakenAlike }: SelectionUse): string {
  return JSON.stringify([selection.text, isTakenEach, isTakenAlike])
}

function createTable(
  tasks: readonly RuleTask[],
  judgeOf: (uses: readonly SelectionUse[]) => TraceJudge,
): SelectionTable {
  const numbers = new Map<string, number>()
  const windows = new Map<string, { readonly window: Interval; readonly number: number }>()
  const takers: TaskTaker[][] = []
  for (const task of tasks) {
    const key = `${task.window.start} ${task.window.end}`
    const { number: window } = windows.get(key) ?? { number: windows.size }
    windows.set(key, { window: task.window, number: window })
    for (const taker of task.run.takers) {
      const { text } = taker.selection
      const number = numbers.get(text) ?? numbers.size
      numbers.set(text, number)
      ;(takers[number] ??= []).push({ task, taker, window })
    }
  }
  return {
    judge: judgeOf(takers.flatMap(toUse)),
    takers,
    windows: Array.from(windows.values(), ({ window }) => window),
    failureOf: ({ run }, failures) =>
      run.takers
        .map(({ selection }) => failures.get(numbers.get(selection.text) ?? -1))
        .find((failure) => failure !== undefined),
  }
}

/** All of them have one selection. */
function toUse(takers: readonly TaskTaker[]): SelectionUse[] {
  const [first] = takers
  if (first === undefined) return []
  return [
    {
      selection: first.taker.selection,
      isTakenEach: takers.some(({ taker }) => taker.alike === undefined),
      isTakenAlike: takers.some(({ taker }) => taker.alike !== undefined),
    },
  ]
}
