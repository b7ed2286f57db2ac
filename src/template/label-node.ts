import { Drop } from 'liquidjs'
import type { LabelSet } from '../model/label-set.js'

/** A step of a path while paths are gathered. */
interface Branch {
  value: string | undefined
  readonly children: Map<string, Branch>
}

/**
 * `$labels` for Liquid. The label `resource.service.name` is reached as `$labels.resource.service.name`,
 * `$labels["resource.service.name"]`, `$labels.resource_service_name` and, without its scope, as `$labels.service.name`;
 * where two labels have a name in common the one that is written so wins. `$labels.service` is the service.
 */
export function toLabelNode(labels: LabelSet): object {
  const root = createBranch()
  for (const paths of [whole, steps, underscored, unscoped]) {
    for (const [name, value] of labels) put(root, paths(name), value)
  }
  const service = SERVICE_LABELS.map((name) => labels.get(name)).find((value) => value !== undefined)
  if (service !== undefined) put(root, ['service'], service)
  return new LabelsRoot(root, labels)
}

/** Where the service's name is found, where no label is called `service`. */
const SERVICE_LABELS = ['resource.service.name', 'rootServiceName']

const whole = (name: string): readonly string[] => [name]
const steps = (name: string): readonly string[] => name.replace(/^\./, '').split('.', MOST_STEPS)
const underscored = (name: string): readonly string[] => [name.replaceAll(/[^A-Za-z0-9_]/g, '_')]
const unscoped = (name: string): readonly string[] => steps(name.replace(SCOPE, ''))

const SCOPE = /^(?:span|resource|event|link|instrumentation)\./
/** Of a name with more dots only the beginning is a path. */
const MOST_STEPS = 32

function createBranch(): Branch {
  return { value: undefined, children: new Map() }
}

/** What came first stays. */
function put(root: Branch, path: readonly string[], value: string): void {
  let branch = root
  for (const step of path) {
    const next = branch.children.get(step) ?? createBranch()
    branch.children.set(step, next)
    branch = next
  }
  branch.value ??= value
}

/** Liquid prints and compares what `valueOf` gives. */
class LabelNode extends Drop {
  readonly #value: string | undefined

  constructor({ value, children }: Branch) {
    super()
    this.#value = value
    // Liquid reads what a Drop inherits as well; no template shall see JavaScript's own properties.
    for (const name of INHERITED) define(this, name, undefined)
    for (const [step, branch] of children) {
      const child = branch.children.size === 0 ? branch.value : new LabelNode(branch)
      if (!RESERVED.has(step)) define(this, step, child)
    }
  }

  override valueOf(): unknown {
    return this.#value
  }
}

/** `{% for label in $labels %}{{ label[0] }}={{ label[1] }}{% endfor %}`, or all of them printed. */
class LabelsRoot extends LabelNode {
  readonly #labels: LabelSet

  constructor(branch: Branch, labels: LabelSet) {
    super(branch)
    this.#labels = labels
  }

  override valueOf(): unknown {
    return this
  }

  [Symbol.iterator](): Iterator<readonly [string, string]> {
    return this.#labels.entries()
  }

  [Symbol.toPrimitive](): string {
    return [...this.#labels].map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')
  }
}

/** Whether this is what `toLabelNode` made, whose labels can be gone through. */
export function isLabelsRoot(value: unknown): value is Iterable<readonly [string, string]> {
  return value instanceof LabelsRoot
}

/** What Liquid itself calls. */
const RESERVED: ReadonlySet<string> = new Set(['valueOf', 'liquidMethodMissing'])
const INHERITED = Object.getOwnPropertyNames(Object.prototype).filter((name) => !RESERVED.has(name))

function define(node: LabelNode, name: string, value: unknown): void {
  Object.defineProperty(node, name, { value, configurable: true })
}

/** Whether a path such as that of `$labels.service.name` leads to one of the labels with these names. */
export function hasLabel(names: readonly string[], path: readonly string[]): boolean {
  let at: unknown = toLabelNode(new Map(names.map((name) => [name, name])))
  for (const step of path) {
    if (!(at instanceof LabelNode)) return false
    at = at[step]
  }
  return at instanceof LabelNode ? at.valueOf() !== undefined : at !== undefined
}
