import { freePorts } from './free-ports.js'
import { startPeer, type PeerPlan } from './start-peer.js'

/** A real Alertmanager on a free loopback port, alone, with a data folder of its own. */
export interface RealAlertmanager {
  readonly pid: number
  /** Its API is below it, at `/api/v2`. */
  readonly url: string
  /** Ends it, and removes its data. */
  stop(): Promise<void>
}

/** Starts an Alertmanager with this configuration, which may be JSON. Throws if it does not come up. */
export async function startRealAlertmanager(
  binary: string,
  config: string,
  { launcher }: Pick<PeerPlan, 'launcher'> = {},
): Promise<RealAlertmanager> {
  const [port] = await freePorts(1)
  const url = `http://127.0.0.1:${port}`
  let folder = ''
  const peer = await startPeer({
    name: 'Alertmanager',
    binary,
    launcher,
    readyUrl: `${url}/-/ready`,
    config: (own) => {
      folder = own
      return config
    },
    args: (file) => [
      `--config.file=${file}`,
      `--storage.path=${folder}`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--web.external-url=${url}`,
      // No gossip with others.
      '--cluster.listen-address=',
    ],
  })
  return { pid: peer.pid, url, stop: () => peer.stop() }
}
