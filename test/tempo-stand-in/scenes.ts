import { createTestClock } from '../test-clock.js'
import { readRecording, recordingNames } from './recordings.js'
import { createTempoStandIn, type TempoStandIn, type TempoStandInOptions } from './stand-in.js'

type Settings = Omit<TempoStandInOptions, 'clock'>

// Each scene is the state that a Tempo was in when exchanges were recorded, as a new stand-in.

const BASE_MS = 1_795_467_583_000

/** The data set and the probe before it, asked long after. */
export async function dataSet(settings: Settings = {}): Promise<TempoStandIn> {
  const { clock, tempo } = at(BASE_MS - 46_900, settings)
  pushProbe(tempo, '18eac836146444a4', 1_795_467_536_055_484_727n)
  await clock.advance(54_900)
  pushDataSet(tempo)
  await clock.advance(142_000)
  return tempo
}

/** The data set a second after it was pushed. */
export async function freshDataSet(): Promise<TempoStandIn> {
  const { clock, tempo } = at(BASE_MS + 9_000, {})
  pushDataSet(tempo)
  await clock.advance(1_000)
  return tempo
}

/** The ticker's error trace every five seconds, asked at the recorded moment. */
export async function ticker(): Promise<TempoStandIn> {
  const now = 1_795_468_046_000
  const starts = [...recordedTicks(), ...[16_104, 21_110, 26_115, 31_120, 36_124, 41_129].map(toTick)]
  const { clock, tempo } = at(1_795_467_940_000, {})
  for (const [i, startTimeUnixNano] of starts.entries()) {
    await clock.advance(Number(startTimeUnixNano / 1_000_000n) + 40 - clock.now())
    const tick = { service: 'ticker', name: 'tick', startTimeUnixNano, durationMs: 40, error: true }
    const traceId = hex(i + 1, 8).padStart(32, 'b')
    tempo.push({ traceId, spans: [{ ...tick, spanId: hex(i + 1, 16) }] })
  }
  await clock.advance(now - clock.now())
  return tempo
}

function toTick(ms: number): bigint {
  return (1_795_468_000_000n + BigInt(ms)) * 1_000_000n
}

function recordedTicks(): readonly bigint[] {
  const text = JSON.stringify(readRecording('search-live-no-range').response.body)
  const found = [...text.matchAll(/"rootTraceName":"tick","startTimeUnixNano":"(\d+)"/g)]
  return found.map(([, nanos]) => BigInt(nanos ?? '0')).sort((a, b) => (a < b ? -1 : 1))
}

/** A span every half second, with a block that ends within the first second of the recorded window. */
export async function blockEdge(): Promise<TempoStandIn> {
  const { clock, tempo } = at(1_795_470_754_000, { blockPhaseMs: 1_795_470_813_500 })
  for (let i = 0; i < 300; i += 1) {
    const span = { service: 'lost-c14c', startMs: clock.now() + 250, durationMs: 10, spanId: hex(i, 16) }
    await clock.advance(260)
    tempo.push({ traceId: hex(i + 1, 32), spans: [span] })
    await clock.advance(240)
  }
  return tempo
}

/** One trace of each of two tenants. */
export async function tenants(): Promise<TempoStandIn> {
  const { clock, tempo } = at(1_795_468_211_000, { multitenancy: true })
  tempo.pushOtlpJson(readRecording('otlp-push-tenant').request.body, 'team-a')
  const span = { service: 'svc-b', name: 'GET /', startMs: 1_795_468_210_563, durationMs: 25, error: true }
  tempo.push(
    { traceId: 'bbbb0000bbbb0000bbbb0000bbbb0002', spans: [{ ...span, spanId: 'bbbb0000bbbb0000' }] },
    'team-b',
  )
  await clock.advance(60_000)
  return tempo
}

/** One trace of the data set and a probe, in a Tempo with low limits. */
export async function lowLimits(settings: Settings = {}): Promise<TempoStandIn> {
  const { clock, tempo } = at(1_795_469_977_000, settings)
  pushProbe(tempo, '18eaca6e58d477b4', 1_795_469_976_745_110_114n)
  await clock.advance(1_000)
  const moved = JSON.stringify(readRecording('otlp-push-checkout-ok').request.body).replaceAll(
    /("(?:start|end)?[tT]imeUnixNano":)"(\d+)"/g,
    (_all, key: string, nanos: string) => `${key}"${BigInt(nanos) + 2_394_000_000_000n}"`,
  )
  tempo.pushOtlpJson(JSON.parse(moved))
  await clock.advance(60_000)
  return tempo
}

/** A trace that came in two parts, 45 s apart. */
export async function splitTrace(): Promise<TempoStandIn> {
  const { clock, tempo } = at(1_795_469_455_000, {})
  tempo.pushOtlpJson(readRecording('otlp-push-split-trace-part-1').request.body)
  await clock.advance(45_000)
  tempo.pushOtlpJson(readRecording('otlp-push-split-trace-part-2').request.body)
  await clock.advance(60_000)
  return tempo
}

function at(startMs: number, settings: Settings) {
  const clock = createTestClock(startMs)
  return { clock, tempo: createTempoStandIn({ clock, ...settings }) }
}

function pushDataSet(tempo: TempoStandIn): void {
  for (const name of recordingNames()) {
    const { note, request } = readRecording(name)
    if (note.startsWith('Data set')) tempo.pushOtlpJson(request.body)
  }
}

function pushProbe(tempo: TempoStandIn, traceId: string, startTimeUnixNano: bigint): void {
  const span = { service: 'startup-probe', name: 'probe', startTimeUnixNano, durationNanos: 1_002_794n }
  tempo.push({ traceId: traceId.padStart(32, '0'), spans: [{ ...span, spanId: hex(1, 16) }] })
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}
