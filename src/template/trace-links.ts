import { SECOND_MS, type Timestamp } from '../model/time.js'
import type { GrafanaLink, JaegerLink } from './template-links.js'

/** What a link needs to know of a trace. */
export interface LinkedTrace {
  readonly id: string
  /** Unix milliseconds; undefined where it is not known. */
  readonly start: Timestamp | undefined
  readonly durationMs: number
}

/** Grafana looks for a trace this long around it. */
const MARGIN_MS = 30 * 60 * SECOND_MS

/** The trace in Grafana's Explore. */
export function toGrafanaUrl({ url, datasourceUid, orgId }: GrafanaLink, trace: LinkedTrace): string {
  const datasource = { type: 'tempo', uid: datasourceUid }
  const query = { refId: 'A', datasource, queryType: 'traceql', query: trace.id }
  const pane = { datasource: datasourceUid, queries: [query], range: toRange(trace) }
  const link = withPath(url, 'explore')
  if (orgId !== undefined) link.searchParams.set('orgId', String(orgId))
  link.searchParams.set('schemaVersion', '1')
  link.searchParams.set('panes', JSON.stringify({ trace: pane }))
  return link.href
}

function toRange({ start, durationMs }: LinkedTrace): { readonly from: string; readonly to: string } {
  if (start === undefined) return { from: 'now-1h', to: 'now' }
  return { from: String(start - MARGIN_MS), to: String(start + durationMs + MARGIN_MS) }
}

/** The trace in Jaeger's UI. */
export function toJaegerUrl({ url }: JaegerLink, trace: LinkedTrace): string {
  return withPath(url, `trace/${encodeURIComponent(trace.id)}`).href
}

function withPath(base: URL, path: string): URL {
  const url = new URL(base)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`
  return url
}
