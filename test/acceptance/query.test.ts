import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { listenOnLoopback } from '../loopback.js'
import { createTempoStandIn } from '../tempo-stand-in/stand-in.js'
import { encodeTestTrace } from '../tempo-stand-in/test-trace.js'
import { createTestClock } from '../test-clock.js'
import { makeFolder, startTracebell } from './tracebell-process.js'
import { makeTrace } from './traces.js'

const ERRORS = '{ status = error }'
const START = Date.UTC(2026, 0, 2, 3, 4, 5)

/** Three traces, of which the second failed and has a name that would clear the screen. */
const TRACES = [
  makeTrace({ endMs: START + 20 }),
  makeTrace({ endMs: START + 61_500, durationMs: 1500, error: true, name: 'POST /pay\u001b[2J' }),
  makeTrace({ endMs: START + 120_020, service: 'search' }),
]
const FAILED = TRACES[1]?.traceId ?? ''

/** The traces as lines, each of one resource: the spans of a trace are apart from each other. */
const LINES = TRACES.flatMap((trace) => encodeTestTrace(trace).resourceSpans)
  .toSorted((a, b) => JSON.stringify(a.scopeSpans).localeCompare(JSON.stringify(b.scopeSpans)))
  .map((resourceSpans) => JSON.stringify({ resourceSpans: [resourceSpans] }))

async function query(
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string | Buffer>> = {},
) {
  const folder = await makeFolder()
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  const process = startTracebell(variables, folder, 'query', ...args)
  const exitCode = await process.ended
  return { exitCode, output: process.output(), lines: process.output().trimEnd().split('\n') }
}

const PLAIN = { 'traces.jsonl': LINES.join('\n') }
const IN_FILE = ['--source', 'traces.jsonl']

describe('tracebell query over a file', () => {
  it.each([
    ['plain', 'traces.jsonl', LINES.join('\n')],
    ['with a byte order mark, CRLF and blank lines', 'traces.json', `\uFEFF${LINES.join('\r\n\r\n')}\r\n`],
    ['gzip', 'traces.jsonl.gz', gzipSync(LINES.join('\n'))],
  ])('finds traces whose spans are apart: %s', async (_, name, content) => {
    const { exitCode, lines } = await query([ERRORS, '--source', name], {}, { [name]: content })
    expect(lines).toEqual([
      'START                     DURATION  TRACE ID                          SERVICE  NAME                SPANS  VALUES',
      `2026-01-02T03:05:05.000Z     1.50s  ${FAILED}  shop     POST /pay\\u001b[2J      1  status=error`,
    ])
    expect(exitCode).toBe(0)
  })

  it('prints JSON as the API has it', async () => {
    const { exitCode, output } = await query([ERRORS, ...IN_FILE, '--json'], {}, PLAIN)
    expect(exitCode).toBe(0)
    expect(JSON.parse(output)).toMatchObject({
      traces: [
        {
          traceID: FAILED.replace(/^0+/, ''),
          rootTraceName: 'POST /pay\u001b[2J',
          durationMs: 1500,
          spanSets: [{ matched: 1 }],
        },
      ],
      metrics: { inspectedTraces: 3 },
    })
    expect(output).not.toContain('\u001b')
  })

  it('shows the newest where there are more than the limit', async () => {
    const { exitCode, lines } = await query(['{}', ...IN_FILE, '--limit', '2'], {}, PLAIN)
    expect(exitCode).toBe(0)
    expect(lines.map((line) => line.slice(0, 24))).toContain('2026-01-02T03:06:05.000Z')
    expect(lines).toContain('the newest 2 of 3 traces that match; --limit shows more')
  })

  it('says that nothing matches, which is an answer', async () => {
    expect(await query(['{ name = "nobody" }', ...IN_FILE], {}, PLAIN)).toMatchObject({
      exitCode: 0,
      output: 'no traces match\n',
    })
  })

  it('counts over time and at once, without a trend or a progress line in a pipe', async () => {
    const counted = '{ name = "work" } | count_over_time() by (resource.service.name)'
    const instant = await query([counted, ...IN_FILE, '--instant'], {}, PLAIN)
    expect(instant.lines).toEqual([
      'SERIES                            VALUE',
      '{resource.service.name="search"}      1',
      '{resource.service.name="shop"}        2',
    ])
    const range = await query([counted, ...IN_FILE, '--step', '1m'], {}, PLAIN)
    expect(range.lines[0]).toBe('SERIES                            MIN  MAX  LAST')
    expect(range.lines).toHaveLength(3)
    expect([instant.exitCode, range.exitCode]).toEqual([0, 0])
  })

  it('names bad lines, and answers from the others', async () => {
    const content = [...LINES, '{"resourceSpans":1}', 'oops'].join('\n')
    const { exitCode, lines } = await query([ERRORS, ...IN_FILE], {}, { 'traces.jsonl': content })
    expect(exitCode).toBe(3)
    expect(lines).toContain('partial: what could not be read is not in it')
    const bad = LINES.length + 1
    expect(lines).toContain(
      `traces.jsonl:${bad}: invalid OTLP at request.resourceSpans: found 1, expected a list`,
    )
    expect(lines.find((line) => line.startsWith(`traces.jsonl:${bad + 1}: invalid JSON`))).toBeDefined()
    expect(lines).toContain('traces.jsonl: bad lines passed over: 2')
    expect(lines.some((line) => line.includes(FAILED))).toBe(true)
  })

  it('ends with 3 where the file is cut off', async () => {
    const many = Array.from({ length: 2000 }, (_, at) =>
      JSON.stringify(encodeTestTrace(makeTrace({ endMs: START + at * 7, error: true }))),
    )
    const zipped = gzipSync(many.join('\n'))
    const cut = { 'traces.jsonl.gz': zipped.subarray(0, zipped.length - 500) }
    const { exitCode, lines } = await query([ERRORS, '--source', 'traces.jsonl.gz'], {}, cut)
    expect(exitCode).toBe(3)
    expect(lines).toContain('partial: traces.jsonl.gz: cut off: the file ends in the middle of its gzip data')
    expect(lines.filter((line) => line.startsWith('2026-')).length).toBe(20)
  })

  it.each<[string, string, string | Buffer | undefined, string]>([
    ['is not there', 'no.jsonl', undefined, 'no.jsonl: no such file'],
    ['is empty', 'a.jsonl', '', 'a.jsonl: the file is empty'],
    ['is no gzip', 'a.gz', 'hello', 'a.gz: not gzip, though its name ends in .gz'],
    ['holds something else', 'a.json', '{"a":1}', 'a.json: found no spans; expected OTLP JSON Lines'],
  ])('ends with 2 where the file %s', async (_, name, content, message) => {
    const { exitCode, output } = await query(
      [ERRORS, '--source', name],
      {},
      content === undefined ? {} : { [name]: content },
    )
    expect(output).toContain(message)
    expect(exitCode).toBe(2)
  })
})

describe('tracebell query that is asked wrongly', () => {
  it('shows the place in the query, and ends with 2', async () => {
    const { exitCode, lines } = await query(['{ status = }', ...IN_FILE])
    expect(exitCode).toBe(2)
    expect(lines[0]).toMatch(/^TraceQL: line 1, col 12: /)
    expect(lines.slice(1)).toEqual(['{ status = }', '           ^'])
  })

  it.each([
    [['{}', '--since', 'long'], {}, '--since: found "long", expected a duration'],
    [['{}', '--limit', '-5'], {}, '--limit: found "-5", expected a whole number'],
    [['{}'], { TEMPO_ENABLED: 'perhaps' }, 'TEMPO_ENABLED: found "perhaps", expected true or false'],
  ])('names what is wrong with %j and %j, and ends with 2', async (args, variables, message) => {
    const { exitCode, output } = await query(args, variables)
    expect(output).toContain(message)
    expect(exitCode).toBe(2)
  })

  it('explains itself', async () => {
    const { exitCode, output } = await query(['--help'])
    expect(exitCode).toBe(0)
    expect(output).toContain("tracebell query '{ status = error && duration > 100ms }'")
  })
})

describe('tracebell query of a Tempo', () => {
  async function startTempo(options: { authorization?: string } = {}) {
    const clock = createTestClock(START + 121_000)
    const tempo = createTempoStandIn({ clock, multitenancy: true, ...options })
    for (const trace of TRACES) tempo.push(trace, 'a')
    await clock.advance(600_000)
    return { tempo, url: (await tempo.listen()).url }
  }
  const WINDOW = ['--start', '2026-01-02T03:00:00Z', '--end', '2026-01-02T03:10:00Z']

  it('asks with the tenant and token of the environment', async () => {
    const { tempo, url } = await startTempo({ authorization: 'Bearer sesame' })
    const variables = { TEMPO_TENANT: 'a', TEMPO_TOKEN: 'sesame' }
    const { exitCode, lines } = await query([ERRORS, '--source', url, ...WINDOW, '--limit', '50'], variables)
    expect(lines).toHaveLength(2)
    expect(lines[1]).toContain(`1.50s  ${FAILED}  shop     POST /pay\\u001b[2J`)
    expect(exitCode).toBe(0)
    const [request] = tempo.requests
    expect(request).toMatchObject({
      path: '/api/search',
      params: { q: ERRORS, start: '1767322800', end: '1767323400', limit: '50' },
    })
  })

  it('asks the one at TEMPO_URL for metrics, where that is what is watched', async () => {
    const { tempo, url } = await startTempo()
    const variables = { TEMPO_TENANT: 'a', TEMPO_ENABLED: 'true', TEMPO_URL: url }
    const counted = '{} | count_over_time() by (resource.service.name)'
    const { exitCode, lines } = await query([counted, ...WINDOW, '--step', '1m'], variables)
    expect(lines[0]).toBe('SERIES                            MIN  MAX  LAST')
    expect(lines).toHaveLength(3)
    expect(exitCode).toBe(0)
    expect(tempo.requests[0]).toMatchObject({ path: '/api/metrics/query_range', params: { step: '60000ms' } })
    const instant = await query([counted, ...WINDOW, '--instant', '--json'], variables)
    expect(JSON.parse(instant.output)).toHaveProperty('series')
  })

  it('ends with 3 and the reason where it is refused', async () => {
    const { url } = await startTempo({ authorization: 'Bearer sesame' })
    const { exitCode, output } = await query(['{}', '--source', url], {
      TEMPO_TENANT: 'a',
      TEMPO_TOKEN: 'wrong',
    })
    expect(output).toContain(`${url}/: Tempo API error: 401`)
    expect(output).not.toContain('wrong')
    expect(exitCode).toBe(3)
  })

  it('ends with 3 and the reason where nobody answers', async () => {
    const server = createServer()
    const url = await listenOnLoopback(server)
    server.close()
    const { exitCode, lines } = await query(['{}', '--source', url])
    expect(lines).toEqual([
      `${url}/: Tempo API error: Connection refused`,
      '  check that Tempo runs and that --source names it',
    ])
    expect(exitCode).toBe(3)
  })

  it('ends with 3 where the answer is no answer', async () => {
    const url = await listenOnLoopback(
      createServer((_, response) => response.end('{"traces":[{"traceID":"\u001b"}]}')),
    )
    const { exitCode, output } = await query(['{}', '--source', url])
    expect(output).toContain('Tempo API error: ')
    expect(output).not.toContain('\u001b')
    expect(exitCode).toBe(3)
  })
})

describe('tracebell query of a tracebell that runs', () => {
  it('asks its Tempo-compatible API with its token', async () => {
    const any = '127.0.0.1:0'
    const running = startTracebell(
      {
        TRACEBELL_API_LISTEN: 'off',
        TRACEBELL_OTLP_HTTP_LISTEN: any,
        TRACEBELL_OTLP_GRPC_LISTEN: 'off',
        TRACEBELL_TEMPO_LISTEN: any,
        TRACEBELL_TOKEN: 'sesame',
      },
      await makeFolder(),
    )
    const otlp = await running.said(/Receiving OTLP over HTTP url="([^"]+)"/)
    const tempo = new URL(await running.said(/Answering as a Tempo url="([^"]+)"/))
    const trace = makeTrace({ endMs: Date.now(), durationMs: 250, error: true })
    const sent = await fetch(otlp, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sesame' },
      body: JSON.stringify(encodeTestTrace(trace)),
    })
    expect(sent.status).toBe(200)

    const variables = { TRACEBELL_TEMPO_LISTEN: tempo.host, TRACEBELL_TOKEN: 'sesame' }
    const found = await query([ERRORS], variables)
    expect(found.lines[1]).toContain(`250ms  ${trace.traceId}  shop     GET /cart      1`)
    expect(found.exitCode).toBe(0)
    const rate = await query(
      [`${ERRORS} | count_over_time()`, '--source', 'embedded', '--since', '10m', '--instant'],
      variables,
    )
    expect(rate.lines.at(-1)).toMatch(/ 1$/)
    const refused = await query([ERRORS], { ...variables, TRACEBELL_TOKEN: 'wrong' })
    expect(refused.output).toContain('with TRACEBELL_TEMPO_LISTEN and TRACEBELL_TOKEN as they are set here')
    expect(refused.exitCode).toBe(3)
  })
})
