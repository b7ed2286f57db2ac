import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SECOND_MS } from '../../../src/model/time.js'
import { makeFolder, startTracebell } from '../../acceptance/tracebell-process.js'
import { findPeer } from '../../peers/find-peer.js'
import { startRealTempo, type RealTempo } from '../../peers/tempo.js'

const binary = findPeer('tempo')
if (binary === undefined) console.log('skipped: no Tempo binary (set TEMPO_BIN)')

const TRACES = 100
const FAILED = 12

const RULES = `groups:
  - name: shop
    interval: 15s
    rules:
      - alert: Failing
        expr: '{ resource.service.name = "web" && status = error }'
        threshold: 10
      - alert: Nearly
        expr: '{ resource.service.name = "web" && status = error }'
        threshold: 13
      - alert: DatabaseBehindWeb
        expr: |
          { resource.service.name = "web" && kind = server }
            >> { span.db.system = "postgresql" && status = error }
        group_by: [rootServiceName]
        for: 15s
      - alert: SlowRequests
        expr: '{ kind = server } | quantile_over_time(duration, .9) by (name) > 2s'
      - alert: ErrorShare
        expr: |
          ({ kind = server && status = error } | rate() by (resource.service.name))
            / ({ kind = server } | rate() by (resource.service.name))
            > 0.2
      - alert: Nothing
        expr: '{ resource.service.name = "nobody" }'
        no_data: alerting
`

const idOf = (words: string, digits: number): string =>
  createHash('sha256').update(words).digest('hex').slice(0, digits)

const text = (key: string, value: string): object => ({ key, value: { stringValue: value } })

/** A request and the query below it, both of which fail in the first traces. */
function traceOf(number: number, startMs: number): readonly object[] {
  const traceId = idOf(`explain ${number}`, 32)
  const rootId = idOf(`root ${number}`, 16)
  const status = number < FAILED ? { code: 2 } : {}
  const at = (ms: number): string => `${startMs + ms}000000`
  const root = {
    traceId,
    spanId: rootId,
    name: 'GET /cart',
    kind: 2,
    startTimeUnixNano: at(0),
    endTimeUnixNano: at(number % 5 === 0 ? 1800 : 40),
    status,
  }
  const query = {
    traceId,
    spanId: idOf(`query ${number}`, 16),
    parentSpanId: rootId,
    name: 'SELECT',
    kind: 3,
    startTimeUnixNano: at(5),
    endTimeUnixNano: at(30),
    status,
    attributes: [text('db.system', 'postgresql')],
  }
  const resource = (name: string): object => ({ attributes: [text('service.name', name)] })
  return [
    { resource: resource('web'), scopeSpans: [{ spans: [root] }] },
    { resource: resource('orders'), scopeSpans: [{ spans: [query] }] },
  ]
}

async function send({ otlpUrl }: RealTempo, startMs: number): Promise<void> {
  const resourceSpans = Array.from({ length: TRACES }, (_, number) =>
    traceOf(number, startMs + number * 50),
  ).flat()
  const response = await fetch(`${otlpUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans }),
  })
  if (!response.ok) throw new Error(`Tempo refused spans: ${response.status} ${await response.text()}`)
}

const COUNTED_WITHIN_MS = 60_000

async function untilCounted({ url }: RealTempo, startMs: number): Promise<void> {
  const deadline = Date.now() + COUNTED_WITHIN_MS
  const [start, end] = [startMs / SECOND_MS - 60, startMs / SECOND_MS + 60]
  const params = new URLSearchParams({
    q: '{ kind = server } | count_over_time()',
    start: String(start),
    end: String(end),
    step: '60s',
  })
  while (Date.now() < deadline) {
    const body = await (await fetch(`${url}/api/metrics/query_range?${params.toString()}`)).text()
    const counted = [...body.matchAll(/"samples":\[(.*?)\]/g)]
      .flatMap(([, samples = '']) => [...samples.matchAll(/"value":(\d+)/g)])
      .reduce((sum, [, value]) => sum + Number(value), 0)
    if (counted === TRACES) return
    await sleep(500)
  }
  throw new Error('Tempo did not count what was sent')
}

describe.skipIf(binary === undefined)('tracebell explain beside a real Tempo', () => {
  let tempo: RealTempo
  let startMs: number

  beforeAll(async () => {
    tempo = await startRealTempo(binary ?? '', { quickToShow: true })
    startMs = Math.floor(Date.now() / SECOND_MS) * SECOND_MS - 20 * SECOND_MS
    await send(tempo, startMs)
    await untilCounted(tempo, startMs)
  })
  afterAll(() => tempo.stop())

  /** So long after the first trace. */
  async function explain(name: string, afterMs: number, ...args: readonly string[]) {
    const folder = await makeFolder()
    await writeFile(join(folder, 'rules.yaml'), RULES)
    const variables = { TRACEBELL_API_LISTEN: 'off', TEMPO_ENABLED: 'true', TEMPO_URL: tempo.url }
    const at = new Date(startMs + afterMs).toISOString()
    const command = startTracebell(
      variables,
      folder,
      'explain',
      name,
      '--rules',
      'rules.yaml',
      '--at',
      at,
      ...args,
    )
    const code = await command.ended
    const output = command.output()
    return { code, output, verdict: output.trimEnd().split('\n').at(-1) }
  }

  it.each([
    [
      'Failing',
      45_000,
      0,
      /fires since \d\d:\d\d:\d\d\.$/,
      /^ {2}yes +12 {2}\{rootServiceName="web", rootName="GET \/cart"\}$/m,
    ],
    ['Nearly', 45_000, 0, /does not fire: \{.*\} has 12 traces, and it takes 13\.$/, /^ {2}no +12 {2}\{/m],
    [
      'DatabaseBehindWeb',
      45_000,
      0,
      /fires since|it is pending since/,
      /^ {2}yes +12 {2}\{rootServiceName="web"\}$/m,
    ],
    [
      'SlowRequests',
      45_000,
      0,
      /does not fire: \{name="GET \/cart".*\} is at about \d\.\d+s, and it takes > 2s\.$/,
      /^ {2}no +\d\.\d+s {2}\{name=/m,
    ],
    // Windows that hold the first traces only have a larger share.
    [
      'ErrorShare',
      45_000,
      0,
      /does not fire: \{resource\.service\.name="web"\} is at 0\.12, and it takes > 0\.2[.;]/,
      /^ {2}no +0\.12 {2}\{/m,
    ],
    [
      'Nothing',
      45_000,
      0,
      /does not fire: no trace of the window matches; it resolved at/,
      /no trace matches$/m,
    ],
    [
      'Nothing',
      -600_000,
      0,
      /fires since .*, as the window held no trace\.$/,
      /the window holds no trace at all$/m,
    ],
  ] as const)('%s, %i ms later', async (name, afterMs, exitCode, sentence, found) => {
    const { code, output, verdict } = await explain(name, afterMs)
    expect(verdict).toMatch(sentence)
    expect(output).toMatch(found)
    expect(output).toContain(`PLAN  Tempo at ${tempo.url}/\n`)
    expect(code).toBe(exitCode)
  })

  it('shows the traces that prove it', async () => {
    const { output } = await explain('ErrorShare', 45_000, '--json')
    expect(JSON.parse(output)).toMatchObject({
      lag: { known: true },
      traffic: { traces: TRACES, atLeast: false },
      measured: {
        completeness: 'complete',
        samples: [
          {
            value: 0.12,
            holds: false,
            traces: expect.arrayContaining([expect.objectContaining({ rootServiceName: 'web' })]),
          },
        ],
      },
    })
  })

  it('says that it could not be asked when it is gone', async () => {
    await tempo.stop()
    const { code, output, verdict } = await explain('Failing', 45_000)
    expect(output).toMatch(/^MEASURED\n {2}nothing: /m)
    expect(verdict).toMatch(/has no verdict: the evaluation failed: /)
    expect(code).toBe(3)
  })
})
