import { Composer, LineCounter, Parser, type CST, type Document, type YAMLError } from 'yaml'
import type { FileFault } from './file-fault.js'
import { DEEPEST, locate, UnsupportedYaml } from './located.js'
import { createYamlFile, startOf, type Source, type YamlFile } from './yaml-file.js'

const LONGEST_FILE = 4 * 1024 * 1024

/** What reading came to: `yaml` is left out where the text is no YAML that is taken. */
export interface ReadYaml {
  readonly yaml?: YamlFile
  readonly faults: readonly FileFault[]
}

export interface ReadYamlOptions {
  /** Whether faults quote nothing of the file, as it may hold secrets. */
  readonly hidesValues?: boolean
}

/** Reads YAML 1.2, one document, without tags of its own kinds. */
export function readYaml(
  file: string,
  given: string,
  { hidesValues = false }: ReadYamlOptions = {},
): ReadYaml {
  const text = given.replace(/^\uFEFF/, '')
  if (text.length > LONGEST_FILE) {
    const problem = `a file of ${text.length} characters; the longest that is read is ${LONGEST_FILE}`
    return { faults: [{ file, line: 1, column: 1, key: '', problem }] }
  }
  const lines = new LineCounter()
  const tokens = [...new Parser(lines.addNewLine).parse(text)]
  const at = createPlacer(file, text, lines)
  // The library goes down a tree by recursion, and a stack that overflows there can end the process.
  const tooDeep = findTooDeep(tokens)
  if (tooDeep !== undefined) {
    return { faults: [{ ...at(tooDeep), key: '', problem: `nested more than ${DEEPEST} levels deep` }] }
  }
  return compose(tokens, { file, text, at, hidesValues })
}

function createPlacer(file: string, text: string, lines: LineCounter): Source['at'] {
  return (offset) => {
    const { line, col } = lines.linePos(offset)
    const column = Array.from(text.slice(offset - col + 1, offset)).length + 1
    return { file, line: Math.max(line, 1), column }
  }
}

/** The offset of a token that stands deeper than any that is needed. */
function findTooDeep(tokens: readonly CST.Token[]): number | undefined {
  const waiting: { readonly token: CST.Token; readonly depth: number }[] = tokens.map((token) => ({
    token,
    depth: 0,
  }))
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { token, depth } = next
    // A document holds what it holds at no depth of its own.
    if (depth > DEEPEST + 1) return 'offset' in token ? token.offset : 0
    for (const child of childrenOf(token)) waiting.push({ token: child, depth: depth + 1 })
  }
  return undefined
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value]
  if (!('items' in token)) return []
  return token.items.flatMap(({ key, value }) => [key ?? [], value ?? []].flat())
}

function compose(tokens: readonly CST.Token[], source: Source): ReadYaml {
  const composer = new Composer({ prettyErrors: false, uniqueKeys: true, version: '1.2' })
  const [document, ...others] = [...composer.compose(tokens, true, source.text.length)]
  if (document === undefined) return { faults: [] }
  const faults = [...document.errors, ...document.warnings].map((error) => toFault(error, source))
  const second = others[0]
  if (second !== undefined) faults.push(toSecondFault(second, source))
  if (document.errors.some(({ code }) => code !== 'DUPLICATE_KEY')) return { faults }
  return locateDocument(document, source, faults)
}

function toFault({ pos: [offset], message }: YAMLError, { at, text, hidesValues }: Source): FileFault {
  // Values are quoted after a colon only.
  if (hidesValues) return { ...at(offset), key: '', problem: `no valid YAML: ${message.split(':')[0]}` }
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  const hint = BEGINS_WITH_BRACE.test(text.slice(lineStart, offset + 1)) ? BRACE_HINT : ''
  return { ...at(offset), key: '', problem: `no valid YAML: ${message}${hint}` }
}

const BEGINS_WITH_BRACE = /^[\s-]*expr:[ \t]*\{/
const BRACE_HINT =
  '; to YAML a { begins a mapping: put the query in quotes, or on the next line after expr: |'

function toSecondFault({ range }: Document.Parsed, { at }: Source): FileFault {
  return { ...at(range[0]), key: '', problem: 'found a second document, expected one a file' }
}

function locateDocument(
  { contents }: Document.Parsed,
  source: Source,
  faults: readonly FileFault[],
): ReadYaml {
  try {
    return { yaml: createYamlFile(contents === null ? undefined : locate(contents), source), faults }
  } catch (error) {
    if (!(error instanceof UnsupportedYaml)) throw error
    return { faults: [...faults, { ...source.at(startOf(error.node)), key: '', problem: error.message }] }
  }
}
