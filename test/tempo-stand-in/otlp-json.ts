/** OTLP/JSON as exporters send it: ids in hex, 64-bit numbers as strings, enums as numbers. Only what the stand-in reads is typed. */
export interface OtlpBody {
  readonly resourceSpans: readonly OtlpResourceSpans[]
}

/** The spans that came under one resource. */
export interface OtlpResourceSpans {
  readonly resource?: { readonly attributes?: readonly OtlpAttribute[] }
  readonly scopeSpans: readonly OtlpScopeSpans[]
}

/** The spans that came under one instrumentation scope. */
export interface OtlpScopeSpans {
  readonly scope?: Readonly<Record<string, unknown>>
  readonly spans: readonly OtlpSpan[]
}

/** One span; status code 2 is an error. */
export interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name?: string
  readonly kind?: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes?: readonly OtlpAttribute[]
  readonly events?: readonly Readonly<Record<string, unknown>>[]
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[]
  readonly status?: { readonly code?: number; readonly message?: string }
}

/** An attribute; its value is an object with one key, such as `stringValue`. */
export interface OtlpAttribute {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}

/** OTLP's number for a span in error. */
export const STATUS_ERROR = 2

/** Checks that `body` is OTLP/JSON as far as the stand-in reads it. Throws an `Error` that names the place. */
export function checkOtlpJson(body: unknown): asserts body is OtlpBody {
  for (const [r, resourceSpans] of list(body, 'resourceSpans', 'body').entries()) {
    const place = `resourceSpans[${r}]`
    for (const [s, scopeSpans] of list(resourceSpans, 'scopeSpans', place).entries()) {
      for (const [i, span] of list(scopeSpans, 'spans', `${place}.scopeSpans[${s}]`).entries()) {
        checkSpan(span, `${place}.scopeSpans[${s}].spans[${i}]`)
      }
    }
  }
}

function checkSpan(span: unknown, place: string): void {
  checkIds(span, place)
  check(span, 'startTimeUnixNano', /^\d+$/, 'a string of digits', place)
  check(span, 'endTimeUnixNano', /^\d+$/, 'a string of digits', place)
  const links = field(span, 'links')
  if (!Array.isArray(links)) return
  for (const [i, link] of links.entries()) checkIds(link, `${place}.links[${i}]`)
}

function checkIds(holder: unknown, place: string): void {
  check(holder, 'traceId', /^[0-9a-f]{32}$/i, '32 hex digits', place)
  check(holder, 'spanId', /^[0-9a-f]{16}$/i, '16 hex digits', place)
}

function list(holder: unknown, key: string, place: string): readonly unknown[] {
  const value = field(holder, key)
  if (!Array.isArray(value)) throw new Error(`${place}.${key}: found ${String(value)}, expected an array`)
  return value
}

function check(holder: unknown, key: string, form: RegExp, expected: string, place: string): void {
  const value = field(holder, key)
  if (typeof value === 'string' && form.test(value)) return
  throw new Error(`${place}.${key}: found ${String(value)}, expected ${expected}`)
}

function field(holder: unknown, key: string): unknown {
  return typeof holder === 'object' && holder !== null ? Reflect.get(holder, key) : undefined
}
