import { encodeTime } from './encode-alert.js'
import { formatConfig } from './format-config.js'
import type { AlertmanagerApiOptions } from './options.js'

/** The answer to `/api/v2/status`: one tracebell is no cluster. */
export function answerStatus({ dispatch, startedAt, version }: AlertmanagerApiOptions): object {
  return {
    cluster: { peers: [], status: 'disabled' },
    config: { original: formatConfig(dispatch()) },
    uptime: encodeTime(startedAt),
    versionInfo: { branch: '', buildDate: '', buildUser: '', goVersion: '', revision: '', version },
  }
}
