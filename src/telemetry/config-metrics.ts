import { Gauge, type Registry } from 'prom-client'

/** What is told of the configuration that runs. */
export type ConfigMetrics = ReturnType<typeof createConfigMetrics>

export function createConfigMetrics(registry: Registry) {
  const registers = [registry]
  return {
    configReloadSuccessful: new Gauge({
      name: 'tracebell_config_last_reload_successful',
      help: 'Whether settings and rules could be used when they were last read: 1, or 0 while older ones go on.',
      registers,
    }),
    configReloadTime: new Gauge({
      name: 'tracebell_config_last_reload_success_timestamp_seconds',
      help: 'When settings and rules were last read and used, in Unix seconds.',
      registers,
    }),
  }
}
