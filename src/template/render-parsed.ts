import { Context, type Liquid, type Template, toValueSync } from 'liquidjs'
import { BoundedOutput, OutputFull } from './bounded-output.js'
import { toLiquidName, withLiquidNames } from './dollar-names.js'

/** Parts of templates that one rendering may go through, those of loops counted anew each time. */
const MOST_STEPS = 5000
/** More templates than this are parsed again. */
const MOST_PARSED = 20_000

/** Parses templates, each once. */
export function createParser(engine: Liquid): (text: string) => readonly Template[] {
  const parsed = new Map<string, readonly Template[]>()
  return (text) => {
    const known = parsed.get(text)
    if (known !== undefined) return known
    const templates = engine.parse(withLiquidNames(text))
    if (parsed.size >= MOST_PARSED) parsed.clear()
    parsed.set(text, templates)
    return templates
  }
}

/** What a rendering came to. */
export interface Rendered {
  readonly text: string
  /** Whether it would have been longer, and was cut. */
  readonly isCut: boolean
}

/** Fills in a template. Throws what Liquid does. */
export function renderParsed(
  engine: Liquid,
  templates: readonly Template[],
  scope: object,
  output = new BoundedOutput(),
): Rendered {
  const context = new Context(scope, engine.options, { sync: true }, { liquid: engine })
  limitSteps(context)
  try {
    toValueSync(engine.renderer.renderTemplates([...templates], context, output))
  } catch (error) {
    if (!isOutputFull(error)) throw error
    return { text: output.buffer, isCut: true }
  }
  return { text: output.buffer, isCut: false }
}

/** The values under the names that Liquid can read, without a prototype. */
export function toLiquidScope(values: Readonly<Record<string, unknown>>): object {
  const scope = Object.create(null)
  for (const [name, each] of Object.entries(values)) scope[toLiquidName(name)] = each
  return scope
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
