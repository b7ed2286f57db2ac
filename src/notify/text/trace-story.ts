import { ROOT_NOT_RECEIVED, type TraceMatch } from '../../model/trace-match.js'
import type { TemplateLinks } from '../../template/template-links.js'
import { type LinkedTrace, toGrafanaUrl, toJaegerUrl } from '../../template/trace-links.js'
import { cleanLine } from './clean-text.js'
import { showDuration } from './show-duration.js'
import { toHttpLink } from './http-link.js'

/** A trace that proves an alert, in words. */
export interface TraceStory {
  readonly id: string
  /** Such as `shop GET /pay, 1.5 s, failed in stock`. */
  readonly text: string
  /** Where it is shown; undefined where no such place is configured. */
  readonly url: string | undefined
}

const LONGEST_NAME = 120
const LONGEST_ID = 64
const MOST_SERVICES = 3

export function toTraceStory(trace: TraceMatch, links: TemplateLinks): TraceStory {
  const { rootServiceName, rootSpanName, failedServices } = trace
  const name = [rootServiceName, rootSpanName].filter((each) => each !== undefined).join(' ')
  const failed = failedServices.slice(0, MOST_SERVICES).map((each) => cleanLine(each, LONGEST_NAME))
  const parts = [
    cleanLine(name === '' ? ROOT_NOT_RECEIVED : name, LONGEST_NAME),
    showDuration(trace.durationMs),
    ...(failed.length === 0 ? [] : [`failed in ${failed.join(', ')}`]),
  ]
  const id = cleanLine(trace.traceId, LONGEST_ID)
  const linked = { id, start: trace.start, durationMs: trace.durationMs }
  return { id, text: parts.join(', '), url: toHttpLink(toTraceUrl(linked, links)) }
}

function toTraceUrl(linked: LinkedTrace, { grafana, jaeger }: TemplateLinks): string | undefined {
  if (grafana !== undefined) return toGrafanaUrl(grafana, linked)
  return jaeger && toJaegerUrl(jaeger, linked)
}
