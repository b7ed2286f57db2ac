import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Every folder but those that join the others. */
const PARTS = [
  'model',
  'regex',
  'schema',
  'traceql',
  'otlp',
  'source',
  'detect',
  'rule',
  'dispatch',
  'notify',
  'store',
  'telemetry',
  'template',
  'config',
  'api',
] as const

/**
 * Who may import whom. A folder may import itself and what stands here; `types` names folders of which only the types
 * may be imported, and `configs` those of which only a `config.ts` may be.
 */
const RULES: Readonly<
  Record<string, { values: readonly string[]; types?: readonly string[]; configs?: readonly string[] }>
> = {
  model: { values: [] },
  regex: { values: [] },
  schema: { values: ['model'] },
  traceql: { values: ['model', 'regex'] },
  otlp: { values: ['model'] },
  store: { values: ['model'] },
  telemetry: { values: ['model'] },
  template: { values: ['model'] },
  source: { values: ['model', 'traceql', 'otlp'], types: ['store', 'telemetry'] },
  detect: { values: ['model', 'traceql'], types: ['store', 'telemetry'] },
  rule: { values: ['model', 'template'], types: ['store', 'telemetry'] },
  dispatch: { values: ['model', 'regex', 'schema'], types: ['store', 'telemetry'] },
  notify: { values: ['model', 'template', 'schema'], types: ['store', 'telemetry'] },
  config: {
    values: ['model', 'schema', 'traceql', 'telemetry', 'template'],
    configs: ['source', 'detect', 'rule', 'dispatch', 'notify'],
  },
  api: {
    values: ['model', 'otlp'],
    types: ['source', 'detect', 'rule', 'dispatch', 'notify', 'store', 'telemetry', 'traceql'],
  },
  // These join the parts, and so does what stands beside the folders.
  library: { values: ['top', ...PARTS] },
  query: { values: ['top', ...PARTS] },
  replay: { values: ['top', ...PARTS] },
  top: { values: [...PARTS, 'library'] },
  cli: {
    values: ['model', 'top', 'query', 'replay', 'config', 'store', 'traceql', 'telemetry', 'api'],
    types: ['rule'],
  },
}

interface Edge {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
}

const SRC = resolve(import.meta.dirname, '../src')
const IMPORT =
  /^(?:import|export)\s+(type\s)?([^;'"]*?)\s*from\s+'(\.[^']+)'|\bimport\('(\.[^']+)'\)|^import\s+'(\.[^']+)'/gm

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('fixtures'))
  .map((file) => join(SRC, file))

function edgesOf(file: string): Edge[] {
  return [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(([, type, names = '', from, dynamic, bare]) => {
    const target = resolve(dirname(file), from ?? dynamic ?? bare ?? '').replace(/\.js$/, '.ts')
    const braces = /^\{([^}]*)\}$/.exec(names.trim())?.[1]
    const allTypes = braces !== undefined && braces.split(',').every((name) => /^\s*(?:type\s|$)/.test(name))
    return { from: file, to: target, typeOnly: type !== undefined || allTypes }
  })
}

function folderOf(file: string): string {
  const [folder, ...rest] = relative(SRC, file).split('/')
  return rest.length === 0 ? 'top' : (folder ?? 'top')
}

const edges = files.flatMap(edgesOf)

function isAllowed({ from, to, typeOnly }: Edge): boolean {
  const [here, there] = [folderOf(from), folderOf(to)]
  const rule = RULES[here]
  if (here === there) return true
  if (rule === undefined) return false
  if (rule.values.includes(there)) return true
  if (typeOnly && rule.types?.includes(there) === true) return true
  return rule.configs?.includes(there) === true && to.endsWith('/config.ts')
}

describe('the folders of src', () => {
  it('are all in the table', () => {
    expect([...new Set(files.map(folderOf))].filter((folder) => RULES[folder] === undefined)).toEqual([])
  })

  it('import only whom they may', () => {
    const wrong = edges.filter((edge) => !isAllowed(edge))
    expect(wrong.map(({ from, to }) => `${relative(SRC, from)} → ${relative(SRC, to)}`)).toEqual([])
  })

  it('are seen by this test', () => {
    expect(files.length).toBeGreaterThan(40)
    expect(edges.length).toBeGreaterThan(80)
  })
})

describe('the files of src', () => {
  it('import each other without a cycle', () => {
    const next = new Map(files.map((file) => [file, edges.filter(({ from }) => from === file)]))
    const done = new Set<string>()
    function findCycle(file: string, path: readonly string[]): readonly string[] | undefined {
      if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
      if (done.has(file)) return undefined
      for (const { to } of next.get(file) ?? []) {
        const cycle = findCycle(to, [...path, file])
        if (cycle !== undefined) return cycle
      }
      done.add(file)
      return undefined
    }
    const cycles = files.flatMap((file) => findCycle(file, [])?.map((each) => relative(SRC, each)) ?? [])
    expect(cycles).toEqual([])
  })
})
