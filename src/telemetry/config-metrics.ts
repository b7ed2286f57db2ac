import { Gauge, type Registry } from 'prom-client'

/** What is told of the configuration that runs. */
export type ConfigMetrics = ReturnType<typeof createConfigMetrics>

export function createConfigMetrics(registry: Registry) {
  const registers = [registry]
  return {
    configReloadSuccessful: new Gauge({
      name: 'tracebell_config_last_reload_successful',
      help: 'Whether the rule files could be used when they were last read: 1, or 0 while older rules run on.',
      registers,
    }),
    configReloadTime: new Gauge({
      name: 'tracebell_config_last_reload_success_timestamp_seconds',
      help: 'When the rule files were last read and used, in Unix seconds.',
      registers,
    }),
  }
}
