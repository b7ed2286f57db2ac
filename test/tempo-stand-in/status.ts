import { type Answer, notFound, textAnswer } from './answer.js'
import { formatGoDuration } from './go-values.js'
import type { Phase } from './respond.js'

/** What the pages about Tempo itself tell. */
export interface StatusOptions {
  readonly queryEndCutoffMs: number
  readonly maxResultLimit: number
  readonly defaultResultLimit: number
  /** False: an operator's proxy hides `/status/config`. */
  readonly statusConfig: boolean
  /** As a release says it; empty in a plain build. */
  readonly version: string
}

/** Answers the paths that tell of Tempo itself; undefined where the connection drops. */
export function answerStatus(
  path: string,
  phase: Phase,
  options: StatusOptions,
): Answer | undefined | 'no status path' {
  if (path === '/ready') return READY[phase]
  if (path === '/api/echo') return textAnswer(200, 'echo\n')
  if (path === '/api/status/buildinfo') return buildInfo(options.version)
  if (path === '/status/config') return options.statusConfig ? config(options) : notFound()
  if (path === '/status/version')
    return { status: 200, headers: { 'content-type': 'text/plain' }, body: versionPage(options.version) }
  if (path === '/status/services' || path === '/status/endpoints') return notFound()
  // Tempo's handler of an unknown page under /status panics.
  return path.startsWith('/status/') ? undefined : 'no status path'
}

const READY: Readonly<Record<Phase, Answer>> = {
  running: textAnswer(200, 'ready\n'),
  starting: textAnswer(503, 'Some services are not Running:\nRunning: 4\nStarting: 12\n\n'),
  stopping: textAnswer(503, 'Application is stopping\n'),
}

function buildInfo(version: string): Answer {
  const info = { version, revision: '', branch: '', buildUser: '', buildDate: '', goVersion: 'go1.26.8' }
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(info) }
}

function versionPage(version: string): string {
  return [
    'GET /status/version',
    `tempo, version ${version} (branch: , revision: unknown)`,
    '  build user:       ',
    '  build date:       ',
    '  go version:       go1.26.8',
    '  platform:         linux/amd64',
    '  tags:             unknown',
    '',
  ].join('\n')
}

// The page begins with a line of its own before the YAML, and is served as text/plain.
function config({ queryEndCutoffMs, maxResultLimit, defaultResultLimit }: StatusOptions): Answer {
  const lines = [
    'GET /status/config',
    '---',
    'target: all',
    'server:',
    '    http_listen_address: 127.0.0.1',
    'query_frontend:',
    '    max_retries: 2',
    '    search:',
    `        default_result_limit: ${defaultResultLimit}`,
    `        max_result_limit: ${maxResultLimit}`,
    '        max_duration: 168h0m0s',
    '        query_backend_after: 15m0s',
    // A value of zero is left out of the page.
    ...(queryEndCutoffMs > 0
      ? [`    query_end_cutoff: ${formatGoDuration(BigInt(Math.round(queryEndCutoffMs * 1e6)))}`]
      : []),
    'compactor: {}',
    '',
  ]
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: lines.join('\n') }
}
