import { startTraceAlerting } from 'tracebell'
import { createFaults } from './faults.js'
import { createLog } from './log.js'
import { startServer } from './server.js'
import { createShop } from './shop.js'
import { startTracing } from './tracing.js'

const log = createLog(process.env)

// 1. OpenTelemetry, which sends traces.
const tracing = startTracing(log)
log.info('🔍 OpenTelemetry initialized')

// 2. Trace alerting, which looks at them in the background. It reads TEMPO_ENABLED, TEMPO_URL and the rest by itself.
const alerting = startTraceAlerting({ logger: log })

// 3. The API server.
const faults = createFaults()
const shop = createShop({ tracer: tracing.tracer, faults })
const server = await startServer({
  shop,
  faults,
  log,
  metrics: () => alerting.metrics(),
  host: process.env.HOST || '127.0.0.1',
  port: Number(process.env.PORT || 3010),
}).catch((error) => {
  log.error('The API server cannot start', { error: error.message, hint: 'set PORT to another port' })
  process.exitCode = 1
})

async function stop() {
  await server?.stop()
  await alerting.stop()
  await tracing.stop()
  log.info('Stopped')
  // An export that is still being tried must not hold the process.
  process.exit()
}

if (server === undefined) {
  await stop()
} else {
  // A second signal ends the process at once.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void stop())
}
