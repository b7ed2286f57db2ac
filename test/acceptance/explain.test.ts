import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { lineOf } from '../otlp-lines.js'
import { freePorts } from '../peers/free-ports.js'
import { createTempoStandIn } from '../tempo-stand-in/stand-in.js'
import { createTestClock } from '../test-clock.js'
import { makeFolder, startTracebell } from './tracebell-process.js'

const T0 = Date.UTC(2026, 2, 2, 8)

const RULES = `groups:
  - name: shop
    interval: 10s
    rules:
      - alert: Failing
        expr: '{ status = error }'
        group_by: [resource.service.name]
        threshold: 3
        for: 20s
      - alert: Slow
        expr: '{ } | quantile_over_time(duration, .99) > 1s'
      - alert: ErrorShare
        expr: '({ status = error } | rate()) / ({ } | rate()) > 0.05'
        keep_firing_for: 1m
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

async function run(variables: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const folder = await makeFolder()
  await writeFile(join(folder, 'rules.yaml'), RULES)
  await writeFile(join(folder, 'tracebell.yaml'), 'rule_files: [rules.yaml]\n')
  await writeFile(join(folder, 'traces.jsonl'), `${LINES.join('\n')}\n`)
  await writeFile(join(folder, 'empty.jsonl'), '\n')
  await writeFile(join(folder, 'cut.jsonl.gz'), gzipSync(`${LINES.join('\n')}\n`).subarray(0, -20))
  await writeFile(join(folder, 'rough.jsonl'), `no json\n${LINES.join('\n')}\n`)
  const command = startTracebell({ TRACEBELL_API_LISTEN: 'off', ...variables }, folder, 'explain', ...args)
  return { code: await command.ended, output: command.output() }
}

const IN_FILE = ['--source', 'traces.jsonl']

describe('tracebell explain over a file', () => {
  it.each([
    [
      'Failing',
      T0 + 165_000,
      'does not fire yet: it is pending since 08:02:35, and fires at 08:02:55 if that goes on.',
      'yes',
    ],
    ['Failing', T0 + 175_000, 'fires since 08:02:55.', 'yes'],
    [
      'Failing',
      T0 + 152_500,
      'does not fire: {resource.service.name="shop"} has 2 traces, and it takes 3.',
      'no',
    ],
    ['Slow', T0 + 175_000, 'does not fire: {p="0.99"} is at 0.005s, and it takes > 1s.', 'no'],
    [
      'shop/ErrorShare',
      T0 + 260_000,
      'fires since 08:02:40 only as keep_firing_for keeps it: its condition holds no more.',
      'no',
    ],
    [
      'rules.yaml:12',
      T0 + 30_000,
      'has no verdict: only a part of the traces was seen, which ends no alert.',
      'only',
    ],
  ] as const)('%s at %i', async (name, at, verdict, holds) => {
    const { output } = await run({}, name, ...IN_FILE, '--at', new Date(at).toISOString())
    expect(output.trimEnd().split('\n').at(-1)).toContain(verdict)
    expect(output).toMatch(new RegExp(`^  ${holds} `, 'm'))
  })

  it('is about its end where no time is said, as a backtest', async () => {
    const { code, output } = await run({}, 'Failing', ...IN_FILE, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(output)).toMatchObject({
      source: 'traces.jsonl',
      at: '2026-03-02T08:05:00.000Z',
      measured: { completeness: 'complete', hasData: true, samples: [] },
      evaluations: Array.from({ length: 5 }, () => ({ verdict: 'normal' })),
      alerts: [],
    })
  })

  it('ends with 3 where it saw only a part', async () => {
    const { code, output } = await run({}, 'Failing', ...IN_FILE, '--at', new Date(T0 + 30_000).toISOString())
    expect([code, output]).toEqual([3, expect.stringContaining('has no verdict: only a part')])
  })

  it('ends with 3 where the file is cut off', async () => {
    const { code, output } = await run({}, 'Failing', '--source', 'cut.jsonl.gz')
    expect(output).toMatch(/^NOTES\n {2}the file could not be read to its end: /m)
    expect(output).toMatch(/^At .* Failing does not fire: /m)
    expect(code).toBe(3)
  })

  it('says what could not be read', async () => {
    const { code, output } = await run({}, 'Failing', '--source', 'rough.jsonl')
    expect(code).toBe(0)
    expect(output).toMatch(/^NOTES\n {2}bad lines passed over: 1$/m)
  })

  it.each([
    [
      ['Faling', ...IN_FILE],
      'RULE: found "Faling", expected the name of a rule; did you mean Failing?\n  shop/Failing (rules.yaml:5)',
    ],
    [['Failing', '--source', 'none.jsonl'], 'none.jsonl: '],
    [['Failing', '--source', 'empty.jsonl'], 'empty.jsonl: found no span'],
    [
      ['Failing', '--source', 'embedded', '--at', '2999-01-01'],
      'which is yet to come; expected a time in the past',
    ],
    [['Failing', ...IN_FILE, '--at', 'yesterday'], '--at: found "yesterday", expected a time such as'],
    [
      ['Failing', ...IN_FILE, '--at', '2020-01-01'],
      'traces.jsonl: found no span by 2020-01-01T00:00:00.000Z',
    ],
    [['Failing', ...IN_FILE, '--rules', 'none/*.yaml'], 'none/*.yaml'],
  ])('%j is refused', async (args, message) => {
    const { code, output } = await run({}, ...args)
    expect(output).toContain(message)
    expect(code).toBe(2)
  })
})

describe('tracebell explain over a Tempo', () => {
  it('ends with 3, and says why, where it cannot be asked', async () => {
    const tempo = createTempoStandIn({ clock: createTestClock(T0) })
    tempo.fail({ kind: 'answer', status: 503 }, { path: '/api/search' })
    const server = await tempo.listen()
    const { code, output } = await run({ TEMPO_ENABLED: 'true', TEMPO_URL: server.url }, 'Failing')
    await server.close()
    expect(output).toContain(`PLAN  Tempo at ${server.url}/\n  1. source  { status = error }\n`)
    expect(output).toMatch(/^MEASURED\n {2}nothing: .*503/m)
    expect(output).toMatch(/has no verdict: the evaluation failed: .*503.*\n$/)
    expect(code).toBe(3)
  })
})

describe('tracebell explain beside a running tracebell', () => {
  it('asks what that holds, and shows its own state apart', async () => {
    const [api = 0, tempoApi = 0] = await freePorts(2)
    const variables = {
      TRACEBELL_API_LISTEN: `127.0.0.1:${api}`,
      TRACEBELL_TEMPO_LISTEN: `127.0.0.1:${tempoApi}`,
      TRACEBELL_TOKEN: 'secret-word',
    }
    const folder = await makeFolder()
    await writeFile(join(folder, 'rules.yaml'), RULES)
    const listen = { TRACEBELL_OTLP_HTTP_LISTEN: '127.0.0.1:0', TRACEBELL_OTLP_GRPC_LISTEN: 'off' }
    const daemon = startTracebell({ ...variables, ...listen }, folder, 'run', '--rules', 'rules.yaml')
    const otlp = await daemon.said(/Receiving OTLP over HTTP url="?([^\s"]+)/)
    await daemon.said('alerting started')
    const now = Date.now()
    const failed = [1, 2, 3, 4].map((traceId) =>
      lineOf({ traceId, spanId: 1, startMs: now - 100, failed: true }),
    )
    const headers = { 'content-type': 'application/json', authorization: 'Bearer secret-word' }
    for (const body of failed) expect((await fetch(otlp, { method: 'POST', headers, body })).status).toBe(200)

    // By then they are older than the lag.
    const { code, output } = await run(variables, 'Failing', '--at', new Date(now + 30_000).toISOString())
    await daemon.stop()
    expect(output).toContain(`PLAN  the tracebell that answers at http://127.0.0.1:${tempoApi}/\n`)
    expect(output).toMatch(/^ {2}yes +4 {2}\{resource\.service\.name="shop"\}$/m)
    expect(output).toMatch(
      new RegExp(`^RUNNING TRACEBELL  at http://127.0.0.1:${api}/\n  (inactive|pending|firing), `, 'm'),
    )
    expect(output).toMatch(/Failing does not fire yet: it is pending since /)
    expect(output).not.toContain('secret-word')
    expect(code).toBe(0)
  })
})

const SETTINGS = `rule_files: [rules.yaml]
receivers: [{name: oncall, slack_configs: [{api_url: '\${NOT_SET}'}]}, {name: chat}]
route:
  receiver: chat
  routes: [{receiver: oncall, matchers: [alertname=Failing], group_by: [alertname]}]
maintenance_windows: [{name: upgrade, from: '2026-03-02T08:00:00Z', to: '2026-03-02T09:00:00Z'}]
`

describe('tracebell explain with settings that name receivers', () => {
  it('tells who would be told of an alert, and what keeps it from them', async () => {
    const folder = await makeFolder()
    await writeFile(join(folder, 'rules.yaml'), RULES)
    await writeFile(join(folder, 'tracebell.yaml'), SETTINGS)
    await writeFile(join(folder, 'traces.jsonl'), `${LINES.join('\n')}\n`)
    const at = new Date(T0 + 175_000).toISOString()
    const args = ['explain', 'Failing', ...IN_FILE, '--at', at]
    const command = startTracebell({}, folder, ...args)
    expect([await command.ended, command.output()]).toEqual([
      0,
      expect.stringContaining(`DISPATCH  by the settings, without silences
  {resource.service.name="shop"} firing
    -> oncall: group {}/{alertname="Failing"}:{alertname="Failing"}, told after 30s, of changes every
      5m, again every 4h
    muted by maintenance window upgrade, until 2026-03-02T09:00:00Z
  Inhibition is not in it, as alerts of other rules are not looked at; tracebell alerts shows it of a
  running one.
`),
    ])
  })
})
