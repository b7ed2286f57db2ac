import type { TraceqlError, Selection } from '../../traceql/index.js'
import type { RuleTask } from './rule-task.js'
import type { Taker } from './rule-run.js'
import { TraceJudge } from './trace-judge.js'

/** What the tasks of an evaluation ask for, each selection once. */
export interface SelectionTable {
  readonly judge: TraceJudge
  /** By the number of the selection. */
  readonly takers: readonly (readonly { readonly task: RuleTask; readonly taker: Taker }[])[]
  /** Why some selection of a task could not be made. */
  failureOf(task: RuleTask, failures: ReadonlyMap<number, TraceqlError>): TraceqlError | undefined
}

/** Makes tables, and keeps judges, as the same rules are due together again and again. */
export interface SelectionTables {
  tableOf(tasks: readonly RuleTask[]): SelectionTable
}

const MOST_JUDGES = 64

export function createSelectionTables(): SelectionTables {
  const judges = new Map<string, TraceJudge>()

  function judgeOf(selections: readonly Selection[]): TraceJudge {
    const key = selections.map(({ text }) => text).join('\n')
    const judge = judges.get(key) ?? new TraceJudge(selections)
    judges.delete(key)
    judges.set(key, judge)
    const [oldest] = judges.keys()
    if (judges.size > MOST_JUDGES && oldest !== undefined) judges.delete(oldest)
    return judge
  }

  return { tableOf: (tasks) => createTable(tasks, judgeOf) }
}

function createTable(
  tasks: readonly RuleTask[],
  judgeOf: (selections: readonly Selection[]) => TraceJudge,
): SelectionTable {
  const numbers = new Map<string, number>()
  const selections: Selection[] = []
  const takers: { task: RuleTask; taker: Taker }[][] = []
  for (const task of tasks) {
    for (const taker of task.run.takers) {
      const { text } = taker.selection
      const number = numbers.get(text) ?? selections.push(taker.selection) - 1
      numbers.set(text, number)
      ;(takers[number] ??= []).push({ task, taker })
    }
  }
  return {
    judge: judgeOf(selections),
    takers,
    failureOf: ({ run }, failures) =>
      run.takers
        .map(({ selection }) => failures.get(numbers.get(selection.text) ?? -1))
        .find((failure) => failure !== undefined),
  }
}
