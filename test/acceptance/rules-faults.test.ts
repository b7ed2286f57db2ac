import { describe, expect, it, onTestFinished } from 'vitest'
import { SECOND_MS, type Timestamp } from '../../src/model/time.js'
import { startOwnTempo, type OwnTempo } from '../own-tempo.js'
import type { Fault, FaultScope } from '../tempo-stand-in/fault.js'
import { createTestClock, type TestClock } from '../test-clock.js'
import { startRulesApp, type RulesApp, type ShownRule } from './rules-app.js'

const INTERVAL_MS = 10 * SECOND_MS
const TIMEOUT_MS = 4 * SECOND_MS

const RULES = `
groups:
  - name: faults
    interval: 10s
    rules:
      - {alert: Each, expr: '{ status = error }', window: 10s, group_by: []}
      - {alert: Whole, expr: '{ kind = server } | count() > 0 | { status = error }', window: 10s, group_by: []}
      - {alert: Counted, expr: '{ status = error } | count_over_time() > 0', window: 10s}
      - {alert: Share, expr: '({ status = error } | rate()) / ({ } | rate()) > 0.2', window: 10s}
`
const NAMES = ['Each', 'Whole', 'Counted', 'Share']

/** A trace that fails, and two that do not, half a second after each whole second. */
function pushSecond(tempo: OwnTempo, second: Timestamp): void {
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] }
  const spans = [true, false, false].map((isFailed, index) => {
    const id = (BigInt(second) * 10n + BigInt(index)).toString(16)
    return {
      traceId: id.padStart(32, '0'),
      spanId: id.padStart(16, '0'),
      name: 'GET /cart',
      kind: 2,
      startTimeUnixNano: `${second + 500}000000`,
      endTimeUnixNano: `${second + 520}000000`,
      status: isFailed ? { code: 2 } : {},
    }
  })
  tempo.push({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] })
}

interface Seen {
  readonly at: string
  readonly rules: readonly ShownRule[]
}

/** Moves the time on to the next evaluation, and waits until it has been made, however long the server keeps it waiting. */
async function nextEvaluation(app: RulesApp, tempo: OwnTempo, clock: TestClock): Promise<Seen> {
  const [before] = await app.rules('Each')
  const last = before?.lastEvaluation ?? ''
  // No further than there: what is asked then has so much time, and no more, until it is given up.
  const due = before?.health === 'unknown' ? clock.now() : Date.parse(last) + INTERVAL_MS
  await clock.advance(Math.max(0, due - clock.now()))
  for (;;) {
    const rules = await app.rules(...NAMES)
    const at = rules[0]?.lastEvaluation ?? ''
    if (at !== last) return { at, rules }
    // What hangs is given up once its time is over; what does not is answered meanwhile.
    if (tempo.hanging > 0 || before?.health === 'unknown') await clock.advance(SECOND_MS)
  }
}

const valueOf = ({ alerts }: ShownRule): number => alerts.reduce((sum, { value }) => sum + Number(value), 0)

/** What the evaluations that were made said in all. */
function sumOf(name: string, seen: readonly Seen[]): number {
  const rules = seen.flatMap((each) => each.rules.filter((rule) => rule.name === name))
  return rules.filter(({ verdict }) => verdict !== 'error').reduce((sum, rule) => sum + valueOf(rule), 0)
}

const GOOD_BEFORE = 2
const FAULTY = 3
const FAILING_SECONDS = 70
const EVALUATIONS = 17

/** The app beside a server that misbehaves for three evaluations in the middle of traces that fail. */
async function playFault(
  begin: (tempo: OwnTempo) => Promise<void> | void,
  end?: (tempo: OwnTempo) => Promise<void>,
) {
  const clock = createTestClock()
  const tempo = await startOwnTempo(clock)
  onTestFinished(() => tempo.close())
  const app = await startRulesApp(
    { TEMPO_URL: tempo.url, TEMPO_QUERY_TIMEOUT_MS: String(TIMEOUT_MS), TEMPO_ALERT_INTERVAL_SECS: '3600' },
    RULES,
    clock,
  )
  await nextEvaluation(app, tempo, clock)
  const start = Math.ceil(clock.now() / INTERVAL_MS) * INTERVAL_MS
  for (let second = 0; second < FAILING_SECONDS; second += 1) pushSecond(tempo, start + second * SECOND_MS)
  const seen: Seen[] = []
  const play = async (count: number): Promise<void> => {
    for (let each = 0; each < count; each += 1) seen.push(await nextEvaluation(app, tempo, clock))
  }
  await play(GOOD_BEFORE + 1)
  await begin(tempo)
  await play(FAULTY)
  tempo.heal()
  await end?.(tempo)
  await play(EVALUATIONS - seen.length)
  return { app, seen, faulty: seen.slice(GOOD_BEFORE + 1, GOOD_BEFORE + 1 + FAULTY) }
}

const failing =
  (fault: Fault, scope: FaultScope = {}) =>
  (tempo: OwnTempo): void =>
    tempo.fail(fault, scope)

const answer = (status: number, body = '', headers: Readonly<Record<string, string>> = {}): Fault => ({
  kind: 'answer',
  status,
  body,
  headers,
})

const SEARCH = { path: '/api/search' }
const METRICS = { path: '/api/metrics/query_range' }

describe('rules over a Tempo that misbehaves', () => {
  it.each<[string, Fault, FaultScope]>([
    ['answers 500', answer(500, 'error querying live-stores'), {}],
    ['answers 500 to searches', answer(500, 'error querying live-stores'), SEARCH],
    ['answers 500 to metrics queries', answer(500, 'error querying live-stores'), METRICS],
    ['answers 503', answer(503, 'not ready'), {}],
    ['answers 429, and says for how long', answer(429, 'too many', { 'retry-after': '20' }), {}],
    ['answers 401', answer(401, 'no org id'), {}],
    ['answers 200 without a body', answer(200), {}],
    ['answers 200 with an empty object', answer(200, '{}'), {}],
    ['answers 200 with null', answer(200, 'null'), {}],
    ['answers the page of a gateway', { kind: 'not-json' }, {}],
    ['answers half of the truth', { kind: 'cut' }, {}],
    ['answers half of the truth to searches', { kind: 'cut' }, SEARCH],
    ['mixes up types', { kind: 'wrong-types' }, {}],
    ['does not come to an end', { kind: 'endless' }, METRICS],
    ['sends elsewhere', { kind: 'redirect', location: '/login' }, {}],
    ['resets connections', { kind: 'reset' }, {}],
    ['hangs', { kind: 'hang' }, {}],
    ['hangs over searches', { kind: 'hang' }, SEARCH],
    ['hangs over metrics queries', { kind: 'hang' }, METRICS],
  ])('that %s lose nothing, and end nothing', async (_, fault, scope) => {
    const { app, seen, faulty } = await playFault(failing(fault, scope))
    expect(outcomeOf(app, seen)).toEqual(NOTHING_LOST)
    const affected = rulesAt(scope)
    for (const rule of faulty.flatMap(({ rules }) => rules).filter(({ name }) => affected.includes(name))) {
      expect(fault.kind === 'endless' ? PARTIAL : FAILED).toContain(`${rule.health} ${rule.verdict}`)
      if (rule.health === 'err') expect(rule.lastError).toMatch(/^Tempo API error: ./)
    }
  })

  it('that is restarted lose nothing, and end nothing', async () => {
    const { app, seen } = await playFault(
      (tempo) => tempo.refuse(),
      (tempo) => tempo.accept(),
    )
    expect(outcomeOf(app, seen)).toEqual(NOTHING_LOST)
  })

  it('that answers 500 to a hundred requests lose nothing, and end nothing', async () => {
    const { app, seen } = await playFault((tempo) => {
      for (let each = 0; each < 100; each += 1) tempo.fail(answer(500), { times: 1 })
    })
    expect(outcomeOf(app, seen)).toEqual(NOTHING_LOST)
  })
})

/** An answer that is too long is asked for in parts, which are too long too: nothing is known for sure then. */
const PARTIAL = ['ok partial', 'err error']
const FAILED = ['err error']

/** The rules that ask there. */
function rulesAt({ path }: FaultScope): readonly string[] {
  if (path === undefined) return NAMES
  return path === SEARCH.path ? ['Each', 'Whole'] : ['Counted', 'Share']
}

/** What the rules counted, how often alerts fired and ended, and what is wrong at last. */
function outcomeOf({ lines }: RulesApp, seen: readonly Seen[]) {
  const told = (words: string): number => lines.filter((line) => line.includes(words)).length
  return {
    counted: [sumOf('Each', seen), sumOf('Whole', seen)],
    fired: told('Alert fires'),
    ended: told('Alert has ended'),
    errors: (seen.at(-1)?.rules ?? []).flatMap(({ lastError }) => lastError ?? []),
  }
}

/** Each trace is counted once. Each rule has one alert, which fires once and ends once, after the last trace that fails. */
const NOTHING_LOST = {
  counted: [FAILING_SECONDS, FAILING_SECONDS],
  fired: NAMES.length,
  ended: NAMES.length,
  errors: [],
}
