import { resolve } from 'node:path'
import { createTimes } from './input-times.js'
import { placeTemplate, type ArrivingTrace, type IdMaker, type TraceTemplate } from './input-trace.js'
import { NotationError } from './notation-error.js'
import { readOtlpFile, readOtlpValue } from './read-otlp.js'
import { sketchToSpans } from './sketch-to-spans.js'
import { checkShape } from '../../config/yaml/check-shape.js'
import type { KeyPath } from '../../config/yaml/key-path.js'
import type { Report } from '../../config/yaml/report.js'
import type { Span } from '../../model/span.js'
import type { Timestamp } from '../../model/time.js'
import { inputSchema, TEST_KEY_HINTS, type InputConfig } from './test-file-schema.js'
import { parseTrace } from './trace-notation.js'

export interface ReadInputOptions {
  /** Where the names of files begin. */
  readonly folder: string
  readonly path: KeyPath
  readonly report: Report
  /** The beginning of all tests. */
  readonly start: Timestamp
  readonly intervalMs: number
  /** When the last thing is looked at, after the start. */
  readonly lastMs: number
  readonly ids: IdMaker
}

/** The traces of one entry of `input_traces`. What is wrong with it is reported. */
export function readInput(value: unknown, options: ReadInputOptions): readonly ArrivingTrace[] {
  const input = typeof value === 'string' ? { file: value } : checkInput(value, options)
  const template = input && readTemplate(input, typeof value === 'string', options)
  if (template === undefined) return []
  const { start, ids } = options
  return createTimes(input ?? {}, options).flatMap((at, index) => {
    const names = new Map<string, string>()
    const rename = (traceId: string): string => {
      if (!template.hasOwnIds && index === 0) return traceId
      const name = names.get(traceId) ?? ids.next()
      names.set(traceId, name)
      return name
    }
    return placeTemplate(template, start + at, input?.late ?? 0, rename)
  })
}

type Input = Partial<InputConfig>

function checkInput(value: unknown, { path, report }: ReadInputOptions): Input | undefined {
  const inner: Report = (rest, ...problem) => report([...path, ...rest], ...problem)
  return checkShape(inputSchema, value, inner, { hints: TEST_KEY_HINTS })
}

function readTemplate(input: Input, isBare: boolean, options: ReadInputOptions): TraceTemplate | undefined {
  const { path, report, folder } = options
  const given = FORMS.filter((form) => Object.hasOwn(input, form))
  const [form, second] = given
  if (form === undefined || second !== undefined) {
    const found = form === undefined ? 'none of them' : given.join(' and ')
    report(path, `found ${found}, expected one of trace, otlp and file`)
    return undefined
  }
  if ('trace' in input && input.trace !== undefined)
    return readNotation(input.trace, [...path, 'trace'], report)
  const place = isBare ? path : [...path, form]
  const read =
    'otlp' in input && form === 'otlp'
      ? readOtlpValue(input.otlp)
      : readOtlpFile(resolve(folder, input.file ?? ''))
  if (typeof read !== 'string') return { spans: toBeginning(read), hasOwnIds: false }
  report(place, form === 'file' ? `${input.file ?? ''}: ${read}` : read)
  return undefined
}

const FORMS = ['trace', 'otlp', 'file'] as const

function readNotation(text: string, path: KeyPath, report: Report): TraceTemplate | undefined {
  try {
    return { spans: sketchToSpans(parseTrace(text)), hasOwnIds: true }
  } catch (error) {
    if (!(error instanceof NotationError)) throw error
    report(path, error.message, { offset: error.at })
    return undefined
  }
}

/** The spans moved in time so that the first of them starts at nanosecond 0. */
function toBeginning(spans: readonly Span[]): readonly Span[] {
  const first = spans.reduce(
    (start, { startTimeUnixNano }) => (startTimeUnixNano < start ? startTimeUnixNano : start),
    spans[0]?.startTimeUnixNano ?? 0n,
  )
  return spans.map((span) => ({
    ...span,
    startTimeUnixNano: span.startTimeUnixNano - first,
    endTimeUnixNano: span.endTimeUnixNano - first,
    events: span.events.map((event) => ({ ...event, timeUnixNano: event.timeUnixNano - first })),
  }))
}
