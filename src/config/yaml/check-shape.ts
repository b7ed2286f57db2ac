import { z } from 'zod'
import { suggest } from '../suggest.js'
import { describeFound } from './file-fault.js'
import type { KeyPath } from './key-path.js'
import type { Report } from './report.js'
import { isRecord, valueAt } from './value-at.js'

export { expecting } from '../../schema/expecting.js'

type Issue = z.core.$ZodIssue

export interface ShapeOptions {
  /** The keys that people write and that are none, with what to do instead. */
  readonly hints?: ReadonlyMap<string, string>
  /** Shows a value in a message; where it may be a secret it does not. */
  readonly show?: (value: unknown, path: KeyPath) => string
}

/**
 * Whether a value has the shape that a schema states; what has not is reported. The messages of the schema say what is
 * expected.
 */
export function checkShape<T>(
  schema: z.ZodType<T>,
  value: unknown,
  report: Report,
  { hints = new Map(), show = describeFound }: ShapeOptions = {},
): T | undefined {
  const result = schema.safeParse(value, { error: describeType })
  if (result.success) return result.data
  const issues = result.error.issues.flatMap((issue) => withinAlternative(issue, value))
  for (const issue of issues) reportIssue(issue, { schema, value, report, hints, show })
  return undefined
}

/** Of a mapping that none of several alternatives fits: what is wrong with it as the one that is a mapping. */
function withinAlternative(issue: Issue, value: unknown): readonly Issue[] {
  if (issue.code !== 'invalid_union' || !isRecord(valueAt(value, issue.path.filter(isStep)))) return [issue]
  const asMapping = issue.errors.find((inner) =>
    inner.every(({ code, path }) => code === 'unrecognized_keys' || path.length > 0),
  )
  return asMapping?.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })) ?? [issue]
}

function isStep(step: PropertyKey): step is string | number {
  return typeof step !== 'symbol'
}

/** The library's own words name the type that was found by its `constructor`, which anybody may write into a file. */
const describeType: z.core.$ZodErrorMap = (issue) =>
  issue.code === 'invalid_type' ? `a value of the type ${issue.expected}` : undefined

interface Checking extends Required<ShapeOptions> {
  readonly schema: z.ZodType
  readonly value: unknown
  readonly report: Report
}

function reportIssue(issue: Issue, checking: Checking): void {
  const path = issue.path.filter(isStep)
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) reportUnknownKey([...path, key], key, checking)
  } else if (issue.code === 'invalid_key') {
    const expected = issue.issues[0]?.message ?? issue.message
    checking.report(path, `found ${describeFound(String(path.at(-1)))}, expected ${expected}`, {
      atKey: true,
    })
  } else {
    checking.report(
      path,
      `found ${checking.show(valueAt(checking.value, path), path)}, expected ${issue.message}`,
    )
  }
}

function reportUnknownKey(path: KeyPath, key: string, { schema, report, hints }: Checking): void {
  const known = keysOf(schemaAt(schema, path.slice(0, -1)))
  const hint = hints.get(key) ?? suggest(key, known) ?? `expected one of ${known.join(', ')}`
  report(path, `unknown key; ${hint}`, { atKey: true })
}

function schemaAt(schema: z.core.$ZodType, path: KeyPath): z.core.$ZodType {
  return path.reduce<z.core.$ZodType>((at, step) => {
    const inner = unwrap(at)
    if (inner instanceof z.ZodObject) return inner.shape[step] ?? inner
    return inner instanceof z.ZodArray ? inner.element : inner
  }, schema)
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodUnion)
    return schema.options.find((each) => each instanceof z.ZodObject) ?? schema
  const isWrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault
  return isWrapped ? unwrap(schema.unwrap()) : schema
}

function keysOf(schema: z.core.$ZodType): readonly string[] {
  const inner = unwrap(schema)
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : []
}
