/**
 * A host application with OpenTelemetry on, run as a process of its own by `library.test.ts`. It starts alerting, waits
 * for an anomaly and a failed query, makes two requests of its own, says which spans were made, and does nothing more:
 * it ends by itself if nothing keeps it alive.
 */
import type Http from 'node:http'
import { createRequire } from 'node:module'
import { SpanKind } from '@opentelemetry/api'
import { registerInstrumentations } from '@opentelemetry/instrumentation'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import { startTraceAlerting } from '../../src/index.js'

const exporter = new InMemorySpanExporter()
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register()
registerInstrumentations({ instrumentations: [new HttpInstrumentation(), new UndiciInstrumentation()] })
// What is required after the registration is what has been instrumented.
const { get }: typeof Http = createRequire(import.meta.url)('node:http')

const tempoUrl = process.env['HOST_TEMPO_URL'] ?? ''
const webhookUrl = process.env['HOST_WEBHOOK_URL'] ?? ''
const alerting = startTraceAlerting({ tempoUrl, webhookUrl, intervalSecs: 1, env: {} })
console.log('returned')

const anomaly = new Promise<void>((resolve) => void alerting.on('anomaly', () => resolve()))
const error = new Promise<void>((resolve) => void alerting.on('error', () => resolve()))
const alive = setInterval(() => undefined, 1000)
await Promise.all([anomaly, error])
clearInterval(alive)

const before = exporter.getFinishedSpans().length
await (await fetch(`${tempoUrl}/ready`)).text()
await new Promise((resolve) => get(`${tempoUrl}/ready`, (response) => response.resume().on('end', resolve)))
const own = exporter.getFinishedSpans().filter(({ kind }) => kind === SpanKind.CLIENT)
console.log(JSON.stringify({ before, own: own.length, resources: process.getActiveResourcesInfo() }))
