import type { Addresses } from '../../app.js'
import type { Paint } from './paint.js'
import { TRAFFIC_RATE } from './traffic.js'

export interface IntroOptions {
  readonly addresses: Addresses
  readonly shopUrl: string
  readonly webhookUrl: string
  readonly paint: Paint
}

/** What is running and where, and what can be tried. */
export function formatIntro({ addresses, shopUrl, webhookUrl, paint }: IntroOptions): readonly string[] {
  const { api, otlpHttp, tempoApi } = addresses
  const places: readonly (readonly [string, string])[] = [
    [
      'the shop',
      `${shopUrl}  storefront, checkout, payment and inventory; ${TRAFFIC_RATE} requests a second`,
    ],
    ['OTLP/HTTP', `${otlpHttp}/v1/traces  the shop sends its spans here`],
    ['Tempo API', `${tempoApi}  answers TraceQL over them`],
    ['metrics', `${api}/metrics`],
    ['webhook', `${webhookUrl}  is told of anomalies; what it receives is shown below`],
  ]
  return [
    paint('bold', 'A small shop that breaks, and the alerts about it. Ctrl-C ends it.'),
    '',
    ...places.map(([name, where]) => `  ${name.padEnd(10)} ${where}`),
    '',
    'To try in another terminal:',
    `  curl '${shopUrl}/search?q=test'`,
    `  curl -X PUT '${shopUrl}/faults?slow=3000&errors=0.5'`,
    `  curl -X PUT '${shopUrl}/faults?fault=retry-storm'`,
    `  curl -G ${tempoApi}/api/search -d 'q={status=error}'`,
    '',
  ]
}
