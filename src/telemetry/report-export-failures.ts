import type { SpanExporter } from '@opentelemetry/sdk-trace-node'
import type { Logger } from './logger.js'

type Done = Parameters<SpanExporter['export']>[1]

// ExportResultCode of @opentelemetry/core.
const SUCCESS: number = 0
const FAILED: number = 1

/**
 * The same exporter, which tells of the first failure of a row of failures: the SDK keeps them to itself. Once `ended`
 * aborts it tells nothing and exports nothing, and what is on its way counts as failed: the SDK holds the process until
 * an export is done.
 */
export function reportExportFailures(
  exporter: SpanExporter,
  logger: Logger,
  ended: AbortSignal,
): SpanExporter {
  let failing = false
  const report = (error: Error | undefined): void => {
    if (!failing) {
      logger.warn('Failed to export own spans', { error: error?.message || error?.name || 'unknown' })
    }
    failing = true
  }
  return {
    export: (spans, done) => {
      if (ended.aborted) return giveUp(done)
      const abandon = (): void => giveUp(done)
      ended.addEventListener('abort', abandon, { once: true })
      exporter.export(spans, (result) => {
        if (ended.aborted) return
        ended.removeEventListener('abort', abandon)
        if (result.code.valueOf() === SUCCESS) failing = false
        else report(result.error)
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  }
}

function giveUp(done: Done): void {
  done({ code: FAILED, error: new Error('stopped') })
}
