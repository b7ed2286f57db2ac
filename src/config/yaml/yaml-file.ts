import { isScalar, type Node } from 'yaml'
import type { RulePlace } from '../../model/alerting-rule.js'
import { describeFound } from './file-fault.js'
import type { KeyPath } from './key-path.js'
import type { Located } from './located.js'
import { toSourceOffset } from './scalar-offset.js'

/** A YAML file that was read: plain data, and where every part of it stands. */
export interface YamlFile {
  readonly file: string
  /** Records have no prototype; undefined where the file is empty. */
  readonly value: unknown
  /** Of the value, or of the nearest one around it that is there. */
  placeOf(path: KeyPath): RulePlace
  /** Of the key of a value, or as `placeOf`. */
  placeOfKey(path: KeyPath): RulePlace
  /** Of an offset into the text of a value. */
  placeInside(path: KeyPath, offset: number): RulePlace
  /** A value as it was written, so that `1.0` stays `1.0`; undefined where it is a list, a mapping or nothing. */
  textOf(path: KeyPath): string | undefined
}

/** The text of a file. */
export interface Source {
  readonly file: string
  readonly text: string
  /** The place of an offset. */
  readonly at: (offset: number) => RulePlace
  readonly hidesValues: boolean
}

/** The places of a file of which the values were located. */
export function createYamlFile(root: Located | undefined, { file, text, at }: Source): YamlFile {
  /** The value, or the nearest one around it that is there. */
  function find(path: KeyPath): { readonly found: Located | undefined; readonly isExact: boolean } {
    let found = root
    for (const step of path) {
      const next = found?.children.get(step)
      if (next === undefined) return { found, isExact: false }
      found = next
    }
    return { found, isExact: true }
  }

  function placeOf(path: KeyPath): RulePlace {
    const { found } = find(path)
    return at(found === undefined ? 0 : startOf(found.node))
  }

  return {
    file,
    value: root?.value,
    placeOf,
    placeOfKey: (path) => {
      const { found, isExact } = find(path)
      return isExact && found?.keyNode !== undefined ? at(startOf(found.keyNode)) : placeOf(path)
    },
    placeInside: (path, offset) => {
      const { found } = find(path)
      return found === undefined ? at(0) : at(offsetInside(found.node, offset, text))
    },
    textOf: (path) => {
      const { found, isExact } = find(path)
      return isExact ? textOf(found) : undefined
    },
  }
}

function textOf(located: Located | undefined): string | undefined {
  if (located === undefined || !isScalar(located.node) || located.value === null) return undefined
  return located.node.source ?? describeFound(located.value)
}

const STYLES = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'block',
  BLOCK_FOLDED: 'block',
} as const

function offsetInside(node: Node, offset: number, source: string): number {
  if (!isScalar(node) || typeof node.value !== 'string') return startOf(node)
  const style = STYLES[node.type ?? 'PLAIN']
  return toSourceOffset({ source, start: startOf(node), style, value: node.value }, offset)
}

/** Where a node begins. */
export function startOf({ range }: Node): number {
  return range?.[0] ?? 0
}
