import type { Liquid } from 'liquidjs'
import type { Alert } from '../model/alert.js'
import type { LabelSet } from '../model/label-set.js'
import { SECOND_MS } from '../model/time.js'
import { BoundedOutput } from './bounded-output.js'
import type { NotificationVariable } from './dollar-names.js'
import { createEngine, type Escape } from './engine.js'
import { toLabelNode } from './label-node.js'
import { toLiquidMessage } from './liquid-message.js'
import { createParser, renderParsed, toLiquidScope } from './render-parsed.js'
import { TemplateError } from './template-error.js'
import type { TemplateLinks } from './template-links.js'
import { toTraceView } from './trace-view.js'

/** What a template of a notification may show. */
export interface NotificationFacts {
  readonly status: Alert['status']
  readonly receiver: string
  readonly alerts: readonly Alert[]
  readonly groupLabels: LabelSet
  readonly commonLabels: LabelSet
  readonly commonAnnotations: LabelSet
  readonly groupKey: string
  /** Empty where there is none. */
  readonly note: string
  readonly externalUrl: string
}

/**
 * Fills in the template of a notification, each value as `escape` has it. Throws a `TemplateError` where it cannot, or where
 * the text is too long.
 */
export type RenderNotification = (template: string, facts: NotificationFacts, escape?: Escape) => string

const MOST_CHARACTERS = 65_536

/** Makes the function that fills in templates of notifications, each of which is parsed once. */
export function createNotificationRenderer(links: TemplateLinks): RenderNotification {
  // Several templates are shown the same.
  const scopes = new WeakMap<NotificationFacts, object>()
  const scopeOf = (facts: NotificationFacts): object => {
    const known = scopes.get(facts) ?? toScope(facts)
    scopes.set(facts, known)
    return known
  }
  const engines = new Map<Escape | undefined, ParsingEngine>()
  const engineOf = (escape: Escape | undefined): ParsingEngine => {
    const known = engines.get(escape) ?? createParsingEngine(links, escape)
    engines.set(escape, known)
    return known
  }
  return (text, facts, escape) => {
    try {
      const { engine, parse } = engineOf(escape)
      const output = new BoundedOutput(MOST_CHARACTERS)
      const rendered = renderParsed(engine, parse(text), scopeOf(facts), output)
      if (!rendered.isCut) return rendered.text
    } catch (error) {
      throw new TemplateError(toLiquidMessage(error), { cause: error })
    }
    throw new TemplateError(`more than ${MOST_CHARACTERS} characters`)
  }
}

interface ParsingEngine {
  readonly engine: Liquid
  readonly parse: ReturnType<typeof createParser>
}

function createParsingEngine(links: TemplateLinks, escape: Escape | undefined): ParsingEngine {
  const engine = createEngine({ links, findAll: false, json: true, escape })
  return { engine, parse: createParser(engine) }
}

function toScope(facts: NotificationFacts): object {
  const alerts = facts.alerts.map(toAlertView)
  const values: Readonly<Record<NotificationVariable, unknown>> = {
    $status: facts.status,
    $receiver: facts.receiver,
    $alerts: alerts,
    $firing: alerts.filter(({ status }) => status === 'firing'),
    $resolved: alerts.filter(({ status }) => status === 'resolved'),
    $groupLabels: toLabelNode(facts.groupLabels),
    $commonLabels: toLabelNode(facts.commonLabels),
    $commonAnnotations: toLabelNode(facts.commonAnnotations),
    $groupKey: facts.groupKey,
    $note: facts.note,
    $externalURL: facts.externalUrl,
  }
  return toLiquidScope(values)
}

/** An alert as templates see it, without a prototype. Times are Unix seconds, as everywhere in Prometheus. */
function toAlertView(alert: Alert): { readonly status: Alert['status'] } {
  return Object.assign(Object.create(null), {
    status: alert.status,
    labels: toLabelNode(alert.labels),
    annotations: toLabelNode(alert.annotations),
    startsAt: alert.startsAt / SECOND_MS,
    endsAt: alert.endsAt / SECOND_MS,
    value: alert.value,
    traces: alert.exemplars.map(toTraceView),
    generatorURL: alert.generatorUrl,
  })
}
