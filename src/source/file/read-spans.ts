import { decodeJson } from '../../otlp/decode-json.js'
import type { DecodedSpans } from '../../otlp/decoded-spans.js'
import { OtlpDecodeError } from '../../otlp/otlp-decode-error.js'
import { parseJson } from '../../otlp/parse-json.js'
import { readBytes, type ReadBytesOptions } from './read-bytes.js'
import { readLines } from './read-lines.js'

/** A line that could not be read. */
export interface BadLine {
  /** From 1. */
  readonly number: number
  readonly problem: string
}

export interface ReadSpansOptions extends ReadBytesOptions {
  /** Is told of every line that could not be read. */
  readonly onBadLine: (line: BadLine) => void
  /** Longer lines are bad ones. A line takes some ten times as much while it is decoded. */
  readonly maxLineBytes?: number | undefined
}

/** The spans in one line of a file. */
export interface LineSpans extends DecodedSpans {
  /** The number of the line, from 1. */
  readonly line: number
}

/** The Collector's file exporter writes one batch a line, which is far below this. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024

/**
 * The spans in a file of OTLP JSON Lines, line by line: one `ExportTraceServiceRequest` each, as the OpenTelemetry
 * Collector's file exporter writes, plain or gzip. A line that cannot be read is told of and passed over. Throws a
 * `FileError` where the file cannot be read, or, after the spans before, not to its end.
 */
export async function* readSpans(path: string, options: ReadSpansOptions): AsyncGenerator<LineSpans> {
  const { maxLineBytes = MAX_LINE_BYTES } = options
  for await (const { number, bytes } of readLines(readBytes(path, options), maxLineBytes)) {
    const decoded = bytes === undefined ? `the line is longer than ${maxLineBytes} bytes` : decode(bytes)
    if (typeof decoded === 'string') options.onBadLine({ number, problem: decoded })
    else yield { ...decoded, line: number }
  }
}

/** The spans in a line, or what is wrong with it. */
function decode(line: Buffer): DecodedSpans | string {
  try {
    return decodeJson(parseJson(line))
  } catch (error) {
    if (error instanceof OtlpDecodeError) return error.message
    throw error
  }
}
