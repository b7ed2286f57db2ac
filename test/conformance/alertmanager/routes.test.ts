import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dispatchSchema } from '../../../src/dispatch/config.js'
import { compileRoutes, matchRoutes } from '../../../src/dispatch/match-routes.js'
import { formatMatcher, formatMatchers } from '../../../src/model/format-matchers.js'
import { parseMatchers } from '../../../src/model/parse-matchers.js'
import { labelsOf, planOf } from '../../dispatch-harness.js'
import { findPeer } from '../../peers/find-peer.js'

const amtool = findPeer('amtool')
if (amtool === undefined) console.log('skipped: no amtool binary (set AMTOOL_BIN)')

const run = promisify(execFile)
let folder = ''

/** What `amtool config routes` says of a configuration. Rejects where it is not valid. */
async function askAmtool(
  config: unknown,
  command: 'test' | 'show',
  ...labels: readonly string[]
): Promise<string> {
  const file = join(folder, `am-${process.hrtime.bigint()}.yml`)
  await writeFile(file, JSON.stringify(config))
  const { stdout } = await run(amtool ?? '', [
    'config',
    'routes',
    command,
    ...labels,
    `--config.file=${file}`,
  ])
  return stdout
}

interface Tree {
  readonly matchers: readonly string[]
  readonly continue: boolean
  readonly routes: readonly Tree[]
}

const matcher = fc
  .record({
    name: fc.constantFrom('a', 'b', 'service.name'),
    operator: fc.constantFrom('=', '!=', '=~', '!~'),
    value: fc.constantFrom('', 'x', 'y', 'x|y', 'x.*', '.+', '[xy]', '(?i)X', 'ü'),
  } as const)
  .map(formatMatcher)

const trees: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.record({
    matchers: fc.array(matcher, { minLength: 1, maxLength: 2 }),
    continue: fc.boolean(),
    routes: fc.oneof(
      { maxDepth: 2, depthSize: 'small' },
      fc.constant([]),
      fc.array(tie('tree'), { maxLength: 4 }),
    ),
  }),
})).tree

/** Every route with a receiver of its own, so that the receivers tell which routes were taken. */
function toConfig(routes: readonly Tree[]): {
  readonly route: object
  readonly receivers: readonly object[]
} {
  const receivers = [{ name: 'root' }]
  const name = (tree: Tree): object => {
    const receiver = `r${receivers.length}`
    receivers.push({ name: receiver })
    return { ...tree, receiver, routes: tree.routes.map(name) }
  }
  return { route: { receiver: 'root', routes: routes.map(name) }, receivers }
}

const values = fc.constantFrom(undefined, 'x', 'y', 'xx', 'X', 'z', 'ü')
const labelSets = fc
  .record({ a: values, b: values, 'service.name': values })
  .map((labels) =>
    Object.entries(labels).flatMap(([label, value]) => (value === undefined ? [] : [`${label}=${value}`])),
  )

describe.skipIf(amtool === undefined)('beside amtool', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tracebell-amtool-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('routes of any tree are the same', async () => {
    let severalTaken = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(trees, { minLength: 1, maxLength: 4 }),
        fc.array(labelSets, { minLength: 3, maxLength: 3 }),
        async (routes, labels) => {
          const config = toConfig(routes)
          const root = compileRoutes(planOf(config).route)
          for (const each of labels) {
            const taken = matchRoutes(root, labelsOf(each.join(','))).map(({ receiver }) => receiver)
            severalTaken += Number(taken.length > 1)
            const told = await askAmtool(config, 'test', ...each)
            expect(taken.join(',')).toBe(told.trim())
          }
        },
      ),
      { numRuns: 120 },
    )
    expect(severalTaken).toBeGreaterThan(5)
  })

  it('matchers are read alike, and refused alike', async () => {
    const piece = fc.constantFrom(
      'a',
      'b.c',
      '=',
      '!=',
      '=~',
      '!~',
      '"',
      ',',
      ' ',
      '{',
      '}',
      '\\',
      'x',
      '"y z"',
      '\\d',
      'n',
      '[xy]',
      '|',
    )
    const texts = fc.oneof(
      fc.array(piece, { minLength: 2, maxLength: 8 }).map((pieces) => pieces.join('')),
      fc
        .tuple(
          fc.constantFrom('a', 'b.c', '"a b"'),
          fc.constantFrom('=', '=~', ' != '),
          fc.array(piece, { maxLength: 5 }),
        )
        .map(([name, operator, pieces]) => `${name}${operator}${pieces.join('')}`),
    )
    const seen = { read: 0, refused: 0 }
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const config = {
          route: { receiver: 'a', routes: [{ receiver: 'b', matchers: [text] }] },
          receivers: [{ name: 'a' }, { name: 'b' }],
        }
        const shown = await askAmtool(config, 'show').catch(() => undefined)
        const isRead = dispatchSchema.safeParse(config).success
        seen[isRead ? 'read' : 'refused'] += 1
        if (shown === undefined) {
          expect([text, isRead]).toEqual([text, false])
          return
        }
        const line = shown.split('\n').find((each) => each.includes('receiver: b')) ?? ''
        const theirs = /── (.*) {2}receiver: b/.exec(line)?.[1] ?? ''
        // They take an empty list of matchers for one that matches everything; here it is a fault.
        if (theirs === 'default-route') {
          expect([text, isRead]).toEqual([text, false])
          return
        }
        expect([text, theirs, isRead]).toEqual([text, theirs, true])
        expect([text, formatMatchers(parseMatchers(text))]).toEqual([text, theirs])
      }),
      { numRuns: 400 },
    )
    expect(Math.min(seen.read, seen.refused)).toBeGreaterThan(40)
  })
})
