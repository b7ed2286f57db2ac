import { toValue } from 'liquidjs'
import {
  humanize,
  humanize1024,
  humanizeDuration,
  humanizePercentage,
  humanizeTimestamp,
} from './humanize.js'
import type { TemplateLinks } from './template-links.js'
import { type LinkedTrace, toGrafanaUrl, toJaegerUrl } from './trace-links.js'
import { toText } from './to-text.js'
import { findTrace } from './trace-view.js'

type Handler = (value: unknown) => unknown

/** The filters that Liquid has not: those of Prometheus' templates, under its names, and links to traces. */
export function ownFilters(links: TemplateLinks): Readonly<Record<string, Handler>> {
  return { ...PROMETHEUS, ...linkFilters(links) }
}

const PROMETHEUS: Readonly<Record<string, Handler>> = {
  humanize: ofNumber(humanize),
  humanize1024: ofNumber(humanize1024),
  humanizeDuration: ofNumber(humanizeDuration),
  humanizePercentage: ofNumber(humanizePercentage),
  humanizeTimestamp: ofNumber(humanizeTimestamp),
  toLower: (value) => toText(value).toLowerCase(),
  toUpper: (value) => toText(value).toUpperCase(),
}

function ofNumber(format: (value: number) => string): Handler {
  return (given) => {
    const value: unknown = toValue(given)
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    return typeof number === 'number' && !Number.isNaN(number) ? format(number) : value
  }
}

function linkFilters({ grafana, jaeger }: TemplateLinks): Readonly<Record<string, Handler>> {
  const grafanaLink = toLink((trace) => grafana && toGrafanaUrl(grafana, trace))
  const jaegerLink = toLink((trace) => jaeger && toJaegerUrl(jaeger, trace))
  return { grafanaLink, jaegerLink, traceLink: grafana === undefined ? jaegerLink : grafanaLink }
}

/** Without a trace, or without an address to show it at, there is no link. */
function toLink(link: (trace: LinkedTrace) => string | undefined): Handler {
  return (given) => {
    const trace = findTrace(toValue(given))
    return trace === undefined ? undefined : link(trace)
  }
}
