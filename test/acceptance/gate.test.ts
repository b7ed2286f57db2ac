import { writeFile } from 'node:fs/promises'
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
/** Of the first two minutes nothing has failed. */
const HEALTHY = LINES.slice(0, 120)

async function folderWithRules(): Promise<string> {
  const folder = await makeFolder()
  await writeFile(join(folder, 'rules.yaml'), RULES)
  return folder
}

async function runWith(
  rules: string,
  variables: Readonly<Record<string, string>>,
  ...args: readonly string[]
) {
  const folder = await makeFolder()
  await writeFile(join(folder, 'rules.yaml'), rules)
  return runIn(folder, variables, ...args)
}

async function run(...args: readonly string[]) {
  const folder = await folderWithRules()
  await writeFile(join(folder, 'bad.yaml'), 'groups: [{name: g, rules: [{alert: A, expr: "{"}]}]')
  await writeFile(join(folder, 'traces.jsonl'), `${LINES.join('\n')}\n`)
  await writeFile(join(folder, 'healthy.jsonl'), `${HEALTHY.join('\n')}\n`)
  await writeFile(join(folder, 'cut.jsonl.gz'), gzipSync(`${HEALTHY.join('\n')}\n`).subarray(0, -20))
  return runIn(folder, {}, ...args)
}

async function runIn(
  folder: string,
  variables: Readonly<Record<string, string>>,
  ...args: readonly string[]
) {
  const command = startTracebell(variables, folder, 'gate', '--rules', 'rules.yaml', ...args)
  const code = await command.ended
  const output = command.output()
  return { code, output, lines: output.trimEnd().split('\n') }
}

async function serve(lines: readonly string[]): Promise<string> {
  const api = await serveEmbeddedApi()
  onTestFinished(() => api.close())
  for (const line of lines) api.window.add(encodeTraceProtobuf(decodeJson(JSON.parse(line)).spans))
  return api.tempo
}

describe('tracebell gate over what answers as a Tempo', () => {
  it('ends with 1 where an alert fired, and shows it with its traces', async () => {
    const { code, lines } = await run('--source', await serve(LINES), '--end', '2026-03-02T08:05:00Z')
    expect(lines).toEqual([
      expect.stringMatching(
        /^Failing \{resource\.service\.name="shop"\} = 1, fired at 2026-03-02T08:02:40Z until 2026-03-02T08:04:00Z; traces \w{32} \w{32} \w{32} and 7 more$/,
      ),
      'gate: 1 alert fired',
    ])
    expect(code).toBe(1)
  })

  it('ends with 0 where nothing fired', async () => {
    const { code, lines } = await run(
      '--source',
      await serve(LINES),
      '--window',
      '1m',
      '--end',
      '2026-03-02T08:02:00Z',
    )
    expect([code, lines]).toEqual([0, ['gate: nothing fired']])
  })

  it('says that there was no trace at all, and has no verdict then if it is to', async () => {
    const args = ['--source', await serve([]), '--end', '2026-03-02T08:02:00Z']
    expect(await run(...args)).toMatchObject({
      code: 0,
      lines: ['gate: nothing fired, and there was no trace at all'],
    })
    expect(await run(...args, '--require-data')).toMatchObject({
      code: 3,
      lines: ['gate: no verdict: no trace was found at all'],
    })
  })

  it('says why an alert fired that saw no trace', async () => {
    const rules = RULES.replace('group_by', 'no_data: alerting\n        group_by')
    const end = ['--end', '2026-03-02T08:02:00Z']
    const { code, lines } = await runWith(rules, {}, '--source', await serve([]), '--window', '1m', ...end)
    expect(lines[0]).toMatch(
      /^Failing \{\} \(NoData: the window held no trace\), fired at .* and fires still$/,
    )
    expect([code, lines[1]]).toEqual([1, 'gate: 1 alert fired'])
  })

  it('asks the tracebell that runs here where nothing else is said', async () => {
    const variables = { TRACEBELL_TEMPO_LISTEN: new URL(await serve(LINES)).host }
    for (const source of [[], ['--source', 'embedded']]) {
      const { code, lines } = await runWith(RULES, variables, ...source, '--end', '2026-03-02T08:05:00Z')
      expect([code, lines.at(-1)]).toEqual([1, 'gate: 1 alert fired'])
    }
  })

  it('asks the Tempo of the variables as they say', async () => {
    const tenants = new Set<unknown>()
    const server = createServer((request, response) => {
      tenants.add(request.headers['x-scope-orgid'])
      response.writeHead(403).end('no')
    })
    const variables = {
      TEMPO_ENABLED: 'true',
      TEMPO_URL: await listenOnLoopback(server),
      TEMPO_TENANT: 'shop',
    }
    const { code, lines } = await runWith(RULES, variables, '--end', '2026-03-02T08:05:00Z')
    expect([code, lines]).toEqual([
      3,
      ['gate: no verdict: Failing: failed in 61 of 61 evaluations: Tempo API error: 403'],
    ])
    expect([...tenants]).toEqual(['shop'])
  })

  it('prints JSON for machines', async () => {
    const args = ['--end', '2026-03-02T08:05:00Z', '--window', '4m', '--json']
    const { code, output } = await run('--source', await serve(LINES), ...args)
    expect(code).toBe(1)
    const end = output.lastIndexOf('}') + 1
    expect(output.slice(end).trim()).toBe('gate: 1 alert fired')
    expect(JSON.parse(output.slice(0, end))).toMatchObject({
      verdict: 'fired',
      reasons: [],
      from: '2026-03-02T08:01:00.000Z',
      to: '2026-03-02T08:05:00.000Z',
      sawTraces: true,
      rules: [
        {
          rule: 'Failing',
          evaluations: 25,
          fired: 1,
          firings: [{ value: 1, annotations: { summary: '1 in shop' }, firedAt: '2026-03-02T08:02:40.000Z' }],
        },
      ],
    })
  })

  it('ends with 3 where the source does not answer', async () => {
    const { code, output } = await run('--source', 'http://127.0.0.1:9', '--end', '2026-03-02T08:05:00Z')
    expect(code).toBe(3)
    expect(output).toMatch(/^gate: no verdict: given up after .*Connection refused/)
  })

  it('ends with 3 when its time is up', async () => {
    const hanging = await listenOnLoopback(createServer(() => {}))
    const { code, lines } = await run('--source', hanging, '--no-wait', '--timeout', '6s')
    expect([code, lines]).toEqual([3, ['gate: no verdict: not done within 6 s (--timeout)']])
  })

  it('says that it waits, and ends at once where it is told to', async () => {
    const args = ['gate', '--rules', 'rules.yaml', '--source', await serve([])]
    const command = startTracebell({}, await folderWithRules(), ...args)
    await command.said(/^waits \d\d s until http.* shows what was sent by the end; --no-wait does not$/m)
    expect(await command.stop('SIGINT')).toBeNull()
  })
})

describe('tracebell gate', () => {
  it.each([
    [['--source', 'traces.jsonl'], 1, 'gate: 1 alert fired'],
    [['--source', 'traces.jsonl', '--window', '30s'], 0, 'gate: nothing fired'],
    [['--source', 'healthy.jsonl'], 0, 'gate: nothing fired'],
    [['--source', 'cut.jsonl.gz'], 3, 'gate: no verdict: cut.jsonl.gz: cut off'],
    [['--source', 'nowhere.jsonl'], 2, 'nowhere.jsonl: no such file'],
    [['--source', 'healthy.jsonl', '--rules', 'bad.yaml'], 2, 'bad.yaml:1:'],
    [['--source', 'healthy.jsonl', '--window', 'long'], 2, '--window: found "long"'],
    [
      ['--source', 'http://127.0.0.1:9', '--end', '2999-01-01'],
      2,
      '--end: found 2999-01-01T00:00:00.000Z, which is yet',
    ],
    [
      ['--source', 'http://127.0.0.1:9', '--timeout', '5s'],
      2,
      '--timeout: found 5 s, expected more than the',
    ],
    [['--source', 'healthy.jsonl', '--what'], 2, "unknown option '--what'"],
    [['--help'], 0, 'Examples:\n  tracebell gate --rules'],
  ])('ends with a code that says why: %j → %d', async (args, expected, text) => {
    const { code, output } = await run(...args)
    expect(output).toContain(text)
    expect(code).toBe(expected)
  })
})
