import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { decodeJson } from '../../src/otlp/decode-json.js'
import { encodeTraceProtobuf } from '../../src/otlp/encode-protobuf.js'
import { serveEmbeddedApi } from '../embedded-api.js'
import { listenOnLoopback } from '../loopback.js'
import { lineOf } from '../otlp-lines.js'
import { makeFolder, startTracebell } from './tracebell-process.js'

const T0 = Date.UTC(2026, 2, 2, 8)

/** Nobody listens there. */
const NOBODY = 'http://127.0.0.1:9'

const RULES = `groups:
  - name: shop
    interval: 10s
    rules:
      - alert: Failing
        expr: '{ status = error }'
        group_by: [resource.service.name]
        annotations: {summary: '{{ $value }} in {{ $labels["resource.service.name"] }}'}
`

const OVER_FILE = ['--rules', 'rules.yaml', '--source', 'traces.jsonl']

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

async function folderWithRules(): Promise<string> {
  const folder = await makeFolder()
  await writeFile(join(folder, 'rules.yaml'), RULES)
  return folder
}

async function run(...args: readonly string[]): Promise<Ran> {
  const folder = await folderWithRules()
  await writeFile(join(folder, 'bad.yaml'), 'groups: [{name: g, rules: [{alert: A, expr: "{"}]}]')
  await writeFile(join(folder, 'traces.jsonl'), `${LINES.join('\n')}\n`)
  await writeFile(join(folder, 'cut.jsonl.gz'), gzipSync(`${LINES.join('\n')}\n`).subarray(0, -20))
  await writeFile(join(folder, 'arrival.txt'), LINES.map((_, second) => T0 + (second + 2) * 1000).join('\n'))
  const command = startTracebell({}, folder, 'backtest', ...args)
  return { code: await command.ended, output: command.output(), folder }
}

describe('tracebell backtest over what answers as a Tempo', () => {
  async function serveTraffic() {
    const api = await serveEmbeddedApi()
    onTestFinished(() => api.close())
    for (const line of LINES) api.window.add(encodeTraceProtobuf(decodeJson(JSON.parse(line)).spans))
    await api.clock.advance(0)
    return api
  }
  const PERIOD = ['--from', '2026-03-02T08:00:00Z', '--to', '2026-03-02T08:06:00Z']

  it('says what would have fired, the same each time', async () => {
    const { tempo } = await serveTraffic()
    const args = ['--rules', 'rules.yaml', '--source', tempo, ...PERIOD]
    const { code, output } = await run(...args)
    expect(code).toBe(0)
    expect(output).toContain(
      `${tempo}/: 2026-03-02T08:00:00Z to 2026-03-02T08:06:00Z (6m00s), windows end 10.00s back`,
    )
    // Windows of a minute end on whole steps of 15 s, and hold what starts just then.
    expect(output).toMatch(
      /^2026-03-02T08:02:40Z +1m20s +Failing +\{resource\.service\.name="shop"\} +1 +\w{32} \+9$/m,
    )
    expect((await run(...args)).output).toBe(output)
  })

  it('writes JSON and the anomalies', async () => {
    const { tempo } = await serveTraffic()
    const args = ['--rules', 'rules.yaml', '--source', tempo, ...PERIOD, '--json', '--alerts-out', 'out']
    const { code, output, folder } = await run(...args)
    expect(code).toBe(0)
    expect(JSON.parse(output)).toMatchObject({
      lagSeconds: 10,
      rules: [{ evaluations: 37, fired: 1, firings: [{ value: 1, annotations: { summary: '1 in shop' } }] }],
    })
    expect((await readFile(join(folder, 'out'), 'utf8')).trimEnd().split('\n')).toHaveLength(10)
  })

  it('ends at once where it is told to', async () => {
    const server = createServer(() => {})
    const hanging = await listenOnLoopback(server)
    const command = startTracebell(
      {},
      await folderWithRules(),
      'backtest',
      '--rules',
      'rules.yaml',
      '--source',
      hanging,
    )
    await command.said('without --from: the hour from')
    expect(await command.stop('SIGINT')).toBeNull()
  })
})

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
    [
      [...OVER_FILE, '--from', '2026-03-02T08:04:00Z', '--to', '2026-03-02T08:01:00Z'],
      2,
      '--from: found 2026-03-02T08:04:00.000Z, expected a time that is not after',
    ],
    [
      [...OVER_FILE, '--from', '2026-03-03'],
      2,
      'after the end of the file; traces.jsonl has data from 2026-03-02T08:00:00.005Z to 2026-03-02T08:04:59.005Z',
    ],
    [
      [...OVER_FILE, '--to', '2026-03-01'],
      2,
      'before the start of the file; traces.jsonl has data from 2026-03-02T08:00:00.005Z to 2026-03-02T08:04:59.005Z',
    ],
    [
      [...OVER_FILE, '--from', '2026-03-02T08:01:01Z', '--to', '2026-03-02T08:01:02Z'],
      2,
      'no rule is due from 2026-03-02T08:01:01.000Z to 2026-03-02T08:01:02.000Z',
    ],
    [['--rules', 'rules.yaml'], 2, "required option '--source <source>'"],
    [
      ['--rules', 'rules.yaml', '--source', NOBODY, '--arrival', 'arrival.txt'],
      2,
      '--arrival: --source is a Tempo',
    ],
    [['--rules', 'rules.yaml', '--source', NOBODY, '--to', '2999-01-01'], 2, 'which is yet to come'],
    [
      ['--rules', 'rules.yaml', '--source', NOBODY, '--from', '2026-03-02', '--to', '2026-03-01'],
      2,
      '--from: found 2026-03-02T00:00:00.000Z, expected a time that is not after 2026-03-01',
    ],
    [
      ['--rules', 'rules.yaml', '--source', NOBODY, '--from', '2025-01-01', '--to', '2026-01-01'],
      2,
      'evaluations of 1 groups, expected at most 50000',
    ],
    [
      ['--rules', 'rules.yaml', '--source', NOBODY, '--from', '1772438400', '--to', '1772442000'],
      3,
      'after 5 evaluations without an answer: Tempo API error: Connection refused',
    ],
    [['--rules', 'rules.yaml', '--source', 'cut.jsonl.gz'], 3, 'partial: cut.jsonl.gz: cut off'],
  ])('ends with a code that says why: %j → %d', async (args, expected, text) => {
    const { code, output } = await run(...args)
    expect(output).toContain(text)
    expect(code).toBe(expected)
  })
})

const SETTINGS = `receivers:
  - name: oncall
    slack_configs: [{api_url: '\${NOT_SET}', send_resolved: true}]
  - name: hooks
    webhook_configs: [{url: 'http://127.0.0.1:9/\${NOT_SET}', http_config: {tls_config: {ca_file: nowhere.pem}}}]
route:
  receiver: oncall
  group_by: [alertname]
  group_wait: 10s
  group_interval: 30s
  routes:
    - {receiver: hooks, continue: true}
    - {receiver: oncall, matchers: [alertname=Failing]}
maintenance_windows:
  - {name: upgrade, from: '2026-03-02T08:00:00Z', to: '2026-03-02T08:MM:00Z', matchers: [alertname=Failing]}
`

async function backtestWith(maintenanceEnds: string, ...args: readonly string[]): Promise<Ran> {
  const folder = await folderWithRules()
  await writeFile(join(folder, 'traces.jsonl'), `${LINES.join('\n')}\n`)
  await writeFile(join(folder, 'tracebell.yaml'), SETTINGS.replace('MM', maintenanceEnds))
  const common = ['--rules', 'rules.yaml', '--source', 'traces.jsonl', '--config', 'tracebell.yaml']
  const command = startTracebell({}, folder, 'backtest', ...common, ...args)
  return { code: await command.ended, output: command.output(), folder }
}

describe('tracebell backtest with settings', () => {
  it('says who would have been told, of what and when, and comes to the same twice', async () => {
    const [first, again] = [await backtestWith('01', '--json'), await backtestWith('01', '--json')]
    expect([first.code, again.output]).toEqual([0, first.output])
    const { delivery } = JSON.parse(first.output.slice(0, first.output.lastIndexOf('\n}') + 2))
    expect(delivery).toMatchObject({
      groups: 2,
      alerts: 1,
      toldAlerts: 1,
      receivers: [
        { receiver: 'oncall', groups: 1, messages: 2 },
        { receiver: 'hooks', groups: 1, messages: 2 },
      ],
      muted: [],
    })
    expect(
      delivery.messages.map(
        (each: { at: string; target: string; firing: number; resolved: number }) =>
          `${each.at.slice(14, 19)} ${each.target} ${each.firing} ${each.resolved}`,
      ),
    ).toEqual([
      '02:50 hooks/webhook[0] 1 0',
      '02:50 oncall/slack[0] 1 0',
      '03:50 hooks/webhook[0] 0 1',
      '03:50 oncall/slack[0] 0 1',
    ])
    expect(delivery.messages[1].body).toContain('in shop')
  })

  it('shows what was muted, and why', async () => {
    const { code, output } = await backtestWith('10')
    expect(code).toBe(0)
    expect(output).toContain('1 alerts, of 0 of which somebody would have been told, in 0 groups')
    expect(output).toMatch(/\n +1 +muted by maintenance window upgrade, until 2026-03-02T08:10:00Z\n/)
  })
})
