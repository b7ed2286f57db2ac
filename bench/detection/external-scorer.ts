import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { encodeAlertLine, type AlertLine } from './alert-line.js'

/** Has somebody else's script score the alerts: `python3 SCORER ALERTS LABELS`. Answers what it prints. */
export async function scoreElsewhere(
  scorer: string,
  alerts: readonly AlertLine[],
  labels: string,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tracebell-alerts-'))
  try {
    const path = join(folder, 'alerts.ndjson')
    await writeFile(path, alerts.map((alert) => `${encodeAlertLine(alert)}\n`).join(''))
    const { stdout } = await promisify(execFile)('python3', [scorer, path, labels])
    return stdout.trimEnd()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
