import { createFaults } from './faults.js'
import { createLog } from './log.js'
import { startServer } from './server.js'
import { createShop } from './shop.js'
import { startTracing } from './tracing.js'

/**
 * The shop alone, as `tracebell demo` runs it: the alerting is in the process that started this one. It tells that
 * process where it listens, and ends when it is told to, or when that process has gone.
 */
const log = createLog(process.env)
const tracing = startTracing(log)
const faults = createFaults()
const shop = createShop({ tracer: tracing.tracer, faults })
const server = await startServer({
  shop,
  faults,
  log,
  metrics: () => '',
  host: '127.0.0.1',
  port: Number(process.env.PORT || 0),
})

let stopping = false
async function stop() {
  if (stopping) return
  stopping = true
  await server.stop()
  await tracing.stop()
  // An export that is still being tried must not hold the process.
  process.exit()
}

for (const event of ['SIGINT', 'SIGTERM', 'disconnect']) process.on(event, () => void stop())
process.send?.({ url: server.url })
