import { readFileSync, statSync } from 'node:fs'
import { describeFileError } from '../../model/describe-file-error.js'
import type { Span } from '../../model/span.js'
import { decodeJson } from '../../otlp/decode-json.js'
import { OtlpDecodeError } from '../../otlp/otlp-decode-error.js'
import { parseJson } from '../../otlp/parse-json.js'

const MOST_BYTES = 64 * 1024 * 1024

/** The spans of a request that is written down, or what is wrong with it. */
export function readOtlpValue(value: unknown): readonly Span[] | string {
  return readOtlpText(Buffer.from(JSON.stringify(value) ?? ''))
}

/** The spans in a file that holds one OTLP request as JSON, or one on each line; or what is wrong with it. */
export function readOtlpFile(path: string): readonly Span[] | string {
  const bytes = readBytes(path)
  if (typeof bytes === 'string') return bytes
  const whole = readOtlpText(bytes)
  return typeof whole === 'string' ? readLines(bytes, whole) : whole
}

function readBytes(path: string): Buffer | string {
  try {
    const stat = statSync(path)
    if (!stat.isFile()) return 'found something else, expected a file'
    return stat.size > MOST_BYTES
      ? `a file of ${stat.size} bytes; the longest that is read is ${MOST_BYTES}`
      : readFileSync(path)
  } catch (error) {
    return describeFileError(error)
  }
}

/** Where there is but one line, `problem` is what is wrong with it. */
function readLines(bytes: Buffer, problem: string): readonly Span[] | string {
  const lines = bytes
    .toString('utf8')
    .split('\n')
    .map((text, index) => ({ text, number: index + 1 }))
    .filter(({ text }) => text.trim() !== '')
  if (lines.length < 2) return problem
  const spans: Span[] = []
  for (const { text, number } of lines) {
    const read = readOtlpText(Buffer.from(text))
    if (typeof read === 'string') return `line ${number}: ${read}`
    spans.push(...read)
  }
  return spans
}

function readOtlpText(bytes: Buffer): readonly Span[] | string {
  try {
    const { spans, refused } = decodeJson(parseJson(bytes))
    const [reason] = refused.keys()
    if (reason !== undefined) return `found a span that is refused: ${reason}`
    return spans.length === 0 ? 'found no spans, expected an object with resourceSpans' : spans
  } catch (error) {
    if (error instanceof OtlpDecodeError) return error.message
    throw error
  }
}
