import { Context, type Liquid, type Template, toValueSync } from 'liquidjs'
import type { RenderTemplate, TemplateFacts } from '../model/render-template.js'
import { BoundedOutput, OutputFull } from './bounded-output.js'
import { toLiquidName, type VariableName, withLiquidNames } from './dollar-names.js'
import { createEngine } from './engine.js'
import { toLabelNode } from './label-node.js'
import { toLiquidMessage } from './liquid-message.js'
import type { TemplateLinks } from './template-links.js'
import { toTraceView } from './trace-view.js'

/** Parts of templates that one rendering may go through, those of loops counted anew each time. */
const MOST_STEPS = 5000
/** More templates than this are parsed again. */
const MOST_PARSED = 20_000

/** A template that could not be filled in. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError'
}

/**
 * Makes the function that fills in templates, each of which is parsed once. It throws a `TemplateError` where it cannot;
 * a text that would be longer than 16,384 characters is cut.
 */
export function createTemplateRenderer(links: TemplateLinks): RenderTemplate {
  const engine = createEngine({ links, findAll: false })
  const parsed = new Map<string, readonly Template[]>()

  function parse(text: string): readonly Template[] {
    const known = parsed.get(text)
    if (known !== undefined) return known
    const templates = engine.parse(withLiquidNames(text))
    if (parsed.size >= MOST_PARSED) parsed.clear()
    parsed.set(text, templates)
    return templates
  }

  return (text, facts) => {
    if (!MARK.test(text)) return text
    try {
      return renderParsed(engine, parse(text), toScope(facts, links))
    } catch (error) {
      throw new TemplateError(toLiquidMessage(error), { cause: error })
    }
  }
}

const MARK = /\{[{%]/

function renderParsed(engine: Liquid, templates: readonly Template[], scope: object): string {
  const context = new Context(scope, engine.options, { sync: true }, { liquid: engine })
  limitSteps(context)
  const output = new BoundedOutput()
  try {
    toValueSync(engine.renderer.renderTemplates([...templates], context, output))
  } catch (error) {
    if (!isOutputFull(error)) throw error
  }
  return output.buffer
}

/** Liquid bounds a rendering by the time it takes, which would make it come out differently from run to run. */
function limitSteps(context: Context): void {
  let steps = 0
  const check = (): void => {
    steps += 1
    if (steps > MOST_STEPS) throw new Error(`more than ${MOST_STEPS} steps`)
  }
  Object.assign(context.renderLimit, { check })
}

/** Liquid wraps what a rendering throws. */
function isOutputFull(error: unknown): boolean {
  const cause: unknown = error instanceof Error && 'originalError' in error ? error.originalError : error
  return cause instanceof OutputFull
}

function toScope({ labels, value, traces }: TemplateFacts, { externalUrl }: TemplateLinks): object {
  const values: Readonly<Record<VariableName, unknown>> = {
    $labels: toLabelNode(labels),
    $value: value,
    $traces: traces.map(toTraceView),
    $externalURL: externalUrl?.href.replace(/\/$/, ''),
  }
  const scope = Object.create(null)
  for (const [name, each] of Object.entries(values)) scope[toLiquidName(name)] = each
  return scope
}
