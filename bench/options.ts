import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

const GROUPS = ['ingest', 'search', 'memory'] as const

/** Benchmarks that are run together. */
export type Group = (typeof GROUPS)[number]

export interface Options {
  readonly groups: readonly Group[]
  readonly quick: boolean
  readonly profiles: string | undefined
}

export const USAGE = `npm run bench -- [${GROUPS.join('] [')}] [--quick] [--profile FOLDER]`

/** What the command line asks for: all benchmarks where it names none. Throws, naming what it does not know. */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { quick: { type: 'boolean', default: false }, profile: { type: 'string' } },
  })
  const unknown = positionals.filter((name) => !isGroup(name))
  if (unknown.length > 0) throw new Error(`there is no benchmark ${unknown.join(', ')}: ${GROUPS.join(', ')}`)
  const chosen = positionals.filter(isGroup)
  return {
    groups: chosen.length > 0 ? chosen : GROUPS,
    quick: values.quick,
    profiles: values.profile === undefined ? undefined : resolve(values.profile),
  }
}

function isGroup(name: string): name is Group {
  return GROUPS.some((group) => group === name)
}
