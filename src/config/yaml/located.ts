import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Alias,
  type Node,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'

/** A value of a YAML file with its place, and those inside of it. */
export interface Located {
  /** Plain data: lists, records without a prototype, texts, numbers, booleans, null. */
  readonly value: unknown
  readonly node: Node
  /** The key that it stands under; undefined in a list. */
  readonly keyNode: Node | undefined
  readonly children: ReadonlyMap<string | number, Located>
}

/** What is valid YAML, and not taken. */
export class UnsupportedYaml extends Error {
  override readonly name = 'UnsupportedYaml'

  constructor(
    message: string,
    readonly node: Node,
  ) {
    super(message)
  }
}

/** Every value counts, and those of an alias each time it is used. */
const MOST_VALUES = 200_000
/** Rule files go down nine levels. */
export const DEEPEST = 32
const NO_CHILDREN: ReadonlyMap<string, Located> = new Map()

/**
 * The contents of a document as plain data with places. `tellRepeated` is told of every key that its mapping has already,
 * and of which the last value counts. Throws `UnsupportedYaml`.
 */
export function locate(contents: Node, tellRepeated: (key: Node) => void): Located {
  const anchors = new Map<string, Node>()
  let values = 0

  function locateNode(node: Node, keyNode: Node | undefined, depth: number): Located {
    values += 1
    if (values > MOST_VALUES)
      throw new UnsupportedYaml(`more than ${MOST_VALUES} values, aliases counted`, node)
    if (depth > DEEPEST) throw new UnsupportedYaml(`nested more than ${DEEPEST} levels deep`, node)
    if (isAlias(node)) return locateNode(resolve(node), keyNode, depth + 1)
    if ('anchor' in node && typeof node.anchor === 'string') anchors.set(node.anchor, node)
    if (isMap(node)) return locateMap(node, keyNode, depth)
    if (isSeq(node)) return locateList(node, keyNode, depth)
    return { value: isScalar(node) ? node.value : null, node, keyNode, children: NO_CHILDREN }
  }

  function resolve(alias: Alias): Node {
    const target = anchors.get(alias.source)
    if (target === undefined)
      throw new UnsupportedYaml('found an alias (*) without its anchor (&) before it', alias)
    return target
  }

  function locateMap(map: YAMLMap, keyNode: Node | undefined, depth: number): Located {
    const children = new Map<string, Located>()
    for (const { key, value } of map.items) {
      if (!isScalar(key)) {
        throw new UnsupportedYaml('found a key that is no text, expected a name', isNode(key) ? key : map)
      }
      if (children.has(String(key.value))) tellRepeated(key)
      const nothing: Located = { value: null, node: key, keyNode: key, children: NO_CHILDREN }
      children.set(String(key.value), isNode(value) ? locateNode(value, key, depth + 1) : nothing)
    }
    return { value: toRecord(children), node: map, keyNode, children }
  }

  function locateList(list: YAMLSeq, keyNode: Node | undefined, depth: number): Located {
    const items = list.items.map((item) => locateNode(isNode(item) ? item : list, undefined, depth + 1))
    return { value: items.map(({ value }) => value), node: list, keyNode, children: new Map(items.entries()) }
  }

  return locateNode(contents, undefined, 0)
}

function toRecord(children: ReadonlyMap<string, Located>): Readonly<Record<string, unknown>> {
  const record: Record<string, unknown> = Object.create(null)
  for (const [key, { value }] of children) record[key] = value
  return record
}
