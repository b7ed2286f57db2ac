/** tracebell as a library: trace alerting inside an application. */
export {
  startTraceAlerting,
  type AlertingHealth,
  type TraceAlerting,
  type TraceAlertingEvents,
} from './library/start-trace-alerting.js'
export type { TraceAlertingOptions } from './library/trace-alerting-options.js'
export type { Listener } from './library/listeners.js'
export type { Anomaly, AnomalyType, ErrorStatus, HighErrorRate, HighLatency } from './model/anomaly.js'
export { ConfigError, type ConfigFault } from './config/config-error.js'
export { SourceError, type SourceErrorReason } from './model/source-error.js'
export type { HealthReport } from './rule/check-health.js'
export type { LogFields, Logger } from './telemetry/logger.js'
export { VERSION } from './version.js'
