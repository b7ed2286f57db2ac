import { STARTED_WITHIN_MS } from './load/body.js'
import { startLoad } from './load/load.js'
import type { LoadReport } from './load/send-load.js'
import { loadPracticeTraces, type PracticeTraces } from './practice-traces.js'

export interface Filled {
  readonly traces: number
  readonly spans: number
}

/** One trace in so many is a practice trace; the others are the traffic of a shop. */
const PRACTICE_ONE_IN = 10
/** Of a load's traces there are about so many in a request. */
const TRACES_A_REQUEST = 67

/** Sends the same traces to each of these OTLP/HTTP receivers: at least so many, the practice traces spread among them. */
export async function fill(origins: readonly string[], traces: number): Promise<Filled> {
  const now = Date.now()
  const practice = loadPracticeTraces({ start: now - STARTED_WITHIN_MS, end: now })
  const load = startLoad()
  const filled = { traces: 0, spans: 0 }
  const add = (more: Filled): void => {
    filled.traces += more.traces
    filled.spans += more.spans
  }
  try {
    while (filled.traces < traces) {
      add(await sendPractice(origins, practice))
      const share = (PRACTICE_ONE_IN - 1) * practice.traces
      const missing = Math.min(share, traces - filled.traces)
      if (missing > 0) add(await sendTraffic(Math.ceil(missing / TRACES_A_REQUEST)))
    }
    return filled
  } finally {
    await load.stop()
  }

  function sendTraffic(requests: number): Promise<LoadReport> {
    return load.send({ protocol: 'http', origins, requests })
  }
}

async function sendPractice(origins: readonly string[], practice: PracticeTraces): Promise<Filled> {
  const body = practice.next()
  for (const origin of origins) {
    const response = await fetch(`${origin}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    const answer = await response.text()
    if (!response.ok || /rejectedSpans/.test(answer)) {
      throw new Error(`${origin} did not take all practice traces: ${response.status} ${answer}`)
    }
  }
  return practice
}
