import { startChild } from './child.js'
import { SERVER_CORE } from './cores.js'
import type { IngestReport } from './ingest-server.js'
import { profileInto } from './profile.js'

/** The embedded source with its filters, in a process of its own. */
export interface Ingest {
  readonly pid: number
  readonly otlpUrl: string
  readonly otlpGrpcUrl: string
  report(): Promise<IngestReport>
  stop(): Promise<void>
}

export async function startIngest(profiles: string | undefined): Promise<Ingest> {
  const nodeArgs = profileInto(profiles)
  const child = startChild({ file: 'bench/ingest-server.ts', core: SERVER_CORE, nodeArgs })
  const addresses = await child.next()
  if (!isAddresses(addresses)) throw new Error('the ingest server told no addresses')
  return {
    ...addresses,
    pid: child.pid,
    report: async () => {
      const report = await child.ask({})
      if (isReport(report)) return report
      throw new Error(`the ingest server reports what is no report: ${JSON.stringify(report)}`)
    },
    stop: () => child.stop(),
  }
}

function isAddresses(message: unknown): message is Pick<Ingest, 'otlpUrl' | 'otlpGrpcUrl'> {
  return typeof message === 'object' && message !== null && 'otlpUrl' in message && 'otlpGrpcUrl' in message
}

function isReport(message: unknown): message is IngestReport {
  return typeof message === 'object' && message !== null && 'filtered' in message && 'received' in message
}
