import type { RenderTemplate, TemplateFacts } from '../model/render-template.js'
import { type VariableName } from './dollar-names.js'
import { createEngine } from './engine.js'
import { toFindingView } from './finding-view.js'
import { toLabelNode } from './label-node.js'
import { toLiquidMessage } from './liquid-message.js'
import { createParser, renderParsed, toLiquidScope } from './render-parsed.js'
import { TemplateError } from './template-error.js'
import type { TemplateLinks } from './template-links.js'
import { toTraceView } from './trace-view.js'

/**
 * Makes the function that fills in templates, each of which is parsed once. It throws a `TemplateError` where it cannot;
 * a text that would be longer than 16,384 characters is cut.
 */
export function createTemplateRenderer(links: TemplateLinks): RenderTemplate {
  const engine = createEngine({ links, findAll: false })
  const parse = createParser(engine)

  return (text, facts) => {
    if (!MARK.test(text)) return text
    try {
      return renderParsed(engine, parse(text), toScope(facts, links)).text
    } catch (error) {
      throw new TemplateError(toLiquidMessage(error), { cause: error })
    }
  }
}

const MARK = /\{[{%]/

function toScope({ labels, value, traces, finding }: TemplateFacts, { externalUrl }: TemplateLinks): object {
  const values: Readonly<Record<VariableName, unknown>> = {
    $labels: toLabelNode(labels),
    $value: value,
    $traces: traces.map(toTraceView),
    $finding: finding && toFindingView(finding),
    $externalURL: externalUrl?.href.replace(/\/$/, ''),
  }
  return toLiquidScope(values)
}
