import type { ConfigFault } from '../config-error.js'
import type { Setup } from './setup.js'

/** Faults for files that held something when they were used last and in which nothing stands now, as while they are written. */
export function findEmptied(before: Setup, now: Setup): readonly ConfigFault[] {
  const withRules = new Set(before.rules?.groups.map(({ file }) => file))
  const emptied = (now.rules?.emptyFiles ?? []).filter((file) => withRules.has(file))
  return [...findEmptiedSettings(before, now), ...emptied.map(toFault)]
}

function findEmptiedSettings(before: Setup, { emptyFile }: Setup): readonly ConfigFault[] {
  if (emptyFile === undefined || before.emptyFile !== undefined) return []
  return [
    { name: emptyFile, expected: 'nothing stands in it any more; expected its settings, or {} for none' },
  ]
}

function toFault(file: string): ConfigFault {
  return {
    name: file,
    expected: 'the file holds no rules any more; expected its groups, or `groups: []` where none are meant',
  }
}
