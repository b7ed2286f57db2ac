import { Composer, LineCounter, Parser, type CST, type Document, type Node, type YAMLError } from 'yaml'
import { toOthers, type FileFault } from './file-fault.js'
import { DEEPEST, locate, UnsupportedYaml } from './located.js'
import { scanText, scanTokens, type TooMuch } from './scan-size.js'
import { createYamlFile, startOf, type Source, type YamlFile } from './yaml-file.js'

const LONGEST_FILE = 4 * 1024 * 1024
/** A text with more faults than this in its YAML is told of so many. */
const MOST_FAULTS = 100

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
  const lines = countLines(text)
  const at = createPlacer(file, text, lines)
  // The library goes down a tree by recursion, and a stack that overflows there can end the process.
  const tokens = parseTokens(text)
  if ('problem' in tokens) return { faults: [{ ...at(tokens.at), key: '', problem: tokens.problem }] }
  return compose(tokens, { file, text, at, hidesValues })
}

function countLines(text: string): LineCounter {
  const lines = new LineCounter()
  lines.addNewLine(0)
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) lines.addNewLine(end + 1)
  return lines
}

function parseTokens(text: string): readonly CST.Token[] | TooMuch {
  const tooMuch = scanText(text, DEEPEST)
  if (tooMuch !== undefined) return tooMuch
  const tokens = [...new Parser().parse(text)]
  return scanTokens(tokens, DEEPEST) ?? tokens
}

function createPlacer(file: string, text: string, lines: LineCounter): Source['at'] {
  return (offset) => {
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(line, 1), column: countCharacters(text, offset - col + 1, offset) + 1 }
  }
}

/** Half of a character that takes two units counts for nothing. */
function countCharacters(text: string, start: number, end: number): number {
  let count = 0
  for (let at = start; at < end; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit < 0xdc00 || unit > 0xdfff) count += 1
  }
  return count
}

function compose(tokens: readonly CST.Token[], source: Source): ReadYaml {
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false, version: '1.2' })
  const [document, ...others] = [...composer.compose(tokens, true, source.text.length)]
  if (document === undefined) return { faults: [] }
  const problems = [...document.errors, ...document.warnings]
  const faults = problems.slice(0, MOST_FAULTS).map((error) => toFault(error, source))
  const untold = problems[MOST_FAULTS]
  if (untold !== undefined) faults.push(toOthers(source.at(untold.pos[0]), problems.length - MOST_FAULTS))
  const second = others[0]
  if (second !== undefined) faults.push(toSecondFault(second, source))
  if (document.errors.length > 0) return { faults }
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

function locateDocument({ contents }: Document.Parsed, source: Source, faults: FileFault[]): ReadYaml {
  const tellRepeated = (key: Node): void => {
    if (faults.length < MOST_FAULTS)
      faults.push({ ...source.at(startOf(key)), key: '', problem: 'found a key a second time' })
  }
  try {
    return {
      yaml: createYamlFile(contents === null ? undefined : locate(contents, tellRepeated), source),
      faults,
    }
  } catch (error) {
    if (!(error instanceof UnsupportedYaml)) throw error
    return { faults: [...faults, { ...source.at(startOf(error.node)), key: '', problem: error.message }] }
  }
}
