import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { lineOf } from '../otlp-lines.js'
import { makeFolder, startTracebell } from './tracebell-process.js'

const T0 = Date.UTC(2026, 2, 2, 8)

const RULES = `groups:
  - name: shop
    interval: 10s
    rules:
      - alert: Failing
        expr: '{ status = error }'
        group_by: [resource.service.name]
        annotations: {summary: '{{ $value }} in {{ $labels["resource.service.name"] }}'}
`

/** A trace a second for five minutes, of which those of ten seconds fail. */
const LINES = Array.from({ length: 300 }, (_, second) =>
  lineOf({
    traceId: second + 1,
    spanId: 1,
    startMs: T0 + second * 1000,
    failed: second >= 150 && second < 160,
  }),
)

interface Ran {
  readonly code: number | null
  readonly output: string
  readonly folder: string
}

async function run(...args: readonly string[]): Promise<Ran> {
  const folder = await makeFolder()
  await writeFile(join(folder, 'rules.yaml'), RULES)
  await writeFile(join(folder, 'bad.yaml'), 'groups: [{name: g, rules: [{alert: A, expr: "{"}]}]')
  await writeFile(join(folder, 'traces.jsonl'), `${LINES.join('\n')}\n`)
  await writeFile(join(folder, 'cut.jsonl.gz'), gzipSync(`${LINES.join('\n')}\n`).subarray(0, -20))
  await writeFile(join(folder, 'arrival.txt'), LINES.map((_, second) => T0 + (second + 2) * 1000).join('\n'))
  const command = startTracebell({}, folder, 'backtest', ...args)
  return { code: await command.ended, output: command.output(), folder }
}

describe('tracebell backtest', () => {
  it('says what would have fired', async () => {
    const { code, output } = await run('--rules', 'rules.yaml', '--source', 'traces.jsonl')
    expect(code).toBe(0)
    expect(output).toMatch(
      /^traces\.jsonl: 2026-03-02T08:00:10Z to 2026-03-02T08:05:00Z \(4m50s\), 300 spans\n/,
    )
    expect(output).toMatch(
      /^2026-03-02T08:02:40Z +1m10s +Failing +\{resource\.service\.name="shop"\} +10 +\w{32} \+9$/m,
    )
  })

  it('prints the same each time, as JSON with the texts, and writes the anomalies', async () => {
    const args = ['--rules', 'rules.yaml', '--source', 'traces.jsonl', '--arrival', 'arrival.txt', '--json']
    const [first, second] = [
      await run(...args, '--alerts-out', 'out'),
      await run(...args, '--alerts-out', 'out'),
    ]
    expect([first.code, second.output]).toEqual([0, first.output])
    const report: unknown = JSON.parse(first.output.slice(0, first.output.lastIndexOf('}') + 1))
    expect(report).toMatchObject({
      rules: [{ fired: 1, firings: [{ value: 9, annotations: { summary: '9 in shop' } }] }],
    })
    const anomalies = (await readFile(join(first.folder, 'out'), 'utf8')).trimEnd().split('\n')
    expect(anomalies).toHaveLength(10)
    expect(JSON.parse(anomalies[0] ?? '')).toMatchObject({
      anomaly_type: 'Failing',
      service: 'shop',
      rule: 'Failing',
    })
  })

  it.each([
    [['--rules', 'bad.yaml', '--source', 'traces.jsonl'], 2, 'bad.yaml:1:'],
    [['--rules', 'none/*.yaml', '--source', 'traces.jsonl'], 2, 'found no file for "none/*.yaml"'],
    [['--rules', 'rules.yaml', '--source', 'nowhere.jsonl'], 2, 'nowhere.jsonl: no such file'],
    [['--rules', 'rules.yaml', '--source', 'traces.jsonl', '--from', 'soon'], 2, '--from: found "soon"'],
    [
      ['--rules', 'rules.yaml', '--source', 'traces.jsonl', '--arrival', 'rules.yaml'],
      2,
      'rules.yaml:1: found',
    ],
    [['--rules', 'rules.yaml', '--source', 'http://localhost:3200'], 2, '--source: found an address'],
    [['--rules', 'rules.yaml'], 2, "required option '--source <file>'"],
    [['--rules', 'rules.yaml', '--source', 'cut.jsonl.gz'], 3, 'partial: cut.jsonl.gz: cut off'],
  ])('ends with a code that says why: %j → %d', async (args, expected, text) => {
    const { code, output } = await run(...args)
    expect(output).toContain(text)
    expect(code).toBe(expected)
  })
})
