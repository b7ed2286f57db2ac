import { startChild } from '../child.js'
import { LOAD_CORE } from '../cores.js'
import type { LoadOrder, LoadReport } from './send-load.js'

/** A process on a core of its own that sends what it is told to. */
export interface Load {
  /** Rejects where a server did not take all of it. */
  send(order: LoadOrder): Promise<LoadReport>
  stop(): Promise<void>
}

export function startLoad(): Load {
  const child = startChild({ file: 'bench/load/load-process.ts', core: LOAD_CORE })
  return {
    send: async (order) => {
      const report = await child.ask(order)
      if (isLoadReport(report)) return report
      throw new Error(`the load reports what is no report: ${JSON.stringify(report)}`)
    },
    stop: () => child.stop(),
  }
}

function isLoadReport(message: unknown): message is LoadReport {
  return typeof message === 'object' && message !== null && 'spans' in message && 'sample' in message
}
