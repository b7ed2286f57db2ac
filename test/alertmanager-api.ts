import { createServer } from 'node:http'
import { createAlertmanagerApiHandler } from '../src/api/alertmanager/handler.js'
import type { ShownAlert, ShownGroup } from '../src/dispatch/show-dispatch.js'
import type { AlertmanagerApiOptions } from '../src/api/alertmanager/options.js'
import { compileMatchers, findMatcherFault } from '../src/dispatch/compile-matchers.js'
import { createSilences, type Silences } from '../src/dispatch/silences.js'
import { matcherSize } from '../src/matcher-size.js'
import type { Route } from '../src/model/route.js'
import { MINUTE_MS, SECOND_MS } from '../src/model/time.js'
import { listenOnLoopback } from './loopback.js'
import { createTestClock, type TestClock } from './test-clock.js'
import { createTestLogger } from './test-logger.js'

/** A route that says nothing but who hears. */
export function buildRoute(route: Partial<Route> = {}): Route {
  return {
    key: '{}',
    receiver: 'sink',
    matchers: [],
    continue: false,
    groupBy: ['alertname', 'service'],
    groupWaitMs: SECOND_MS,
    groupIntervalMs: 5 * SECOND_MS,
    repeatIntervalMs: 60 * MINUTE_MS,
    muteTimeIntervals: [],
    activeTimeIntervals: [],
    routes: [],
    ...route,
  }
}

/** Silences that are kept nowhere; their ids count. */
export function createTestSilences(clock: TestClock): Silences {
  let count = 0
  return createSilences({
    load: async () => [],
    save: async () => {},
    createId: () => `00000000-0000-4000-8000-${String((count += 1)).padStart(12, '0')}`,
    clock,
    logger: createTestLogger(),
  })
}

export interface TestApi {
  readonly clock: TestClock
  readonly silences: Silences
  readonly options: AlertmanagerApiOptions
}

/** What answers as an Alertmanager, over alerts and groups that a test gives. */
export function buildAlertmanagerApi(
  shown: {
    readonly alerts?: readonly ShownAlert[]
    readonly groups?: readonly ShownGroup[]
    readonly options?: Partial<AlertmanagerApiOptions>
  } = {},
  clock: TestClock = createTestClock(),
): TestApi {
  const silences = createTestSilences(clock)
  const options: AlertmanagerApiOptions = {
    alerts: () => shown.alerts ?? [],
    groups: () => shown.groups ?? [],
    silences,
    dispatch: () => ({ route: buildRoute(), inhibitRules: [], timeIntervals: [], receivers: ['sink'] }),
    compileMatchers,
    findMatcherFault,
    matcherSize,
    clock,
    startedAt: clock.now(),
    version: '1.2.3',
    ...shown.options,
  }
  return { clock, silences, options }
}

export interface ApiAnswer {
  readonly status: number
  readonly headers: Headers
  /** Undefined where there is none. */
  readonly body: unknown
}

export type AskApi = (path: string, init?: RequestInit) => Promise<ApiAnswer>

/** Serves it until the test ends; answers a function that asks it. */
export async function serveAlertmanagerApi({ options }: TestApi): Promise<AskApi> {
  const origin = await listenOnLoopback(createServer(createAlertmanagerApiHandler(options)))
  return (path, init) => askJson(`${origin}${path}`, init)
}

/** Asks a server that answers JSON or nothing. */
export async function askJson(url: string, init?: RequestInit): Promise<ApiAnswer> {
  const response = await fetch(url, init)
  const text = await response.text()
  const body: unknown = text === '' ? undefined : JSON.parse(text)
  return { status: response.status, headers: response.headers, body }
}

/** What posts a document. */
export function posting(body: unknown): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }
}
