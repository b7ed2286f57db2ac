import type { SpanExporter } from '@opentelemetry/sdk-trace-node'
import type { Logger } from './logger.js'

// ExportResultCode.SUCCESS of @opentelemetry/core.
const SUCCESS: number = 0

/** The same exporter, which tells of the first failure of a row of failures: the SDK keeps them to itself. */
export function reportExportFailures(exporter: SpanExporter, logger: Logger): SpanExporter {
  let failing = false
  const report = (error: Error | undefined): void => {
    if (!failing) {
      logger.warn('Failed to export own spans', { error: error?.message || error?.name || 'unknown' })
    }
    failing = true
  }
  return {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        if (result.code.valueOf() === SUCCESS) failing = false
        else report(result.error)
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  }
}
