import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Writes a file that is there until the test ends, and answers its path. */
export async function writeTemporary(name: string, content: string | Uint8Array): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tracebell-file-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

/** A span as it stands in a line. */
export interface LineSpan {
  readonly traceId: number
  readonly spanId: number
  readonly name?: string
  readonly startMs?: number
  readonly durationMs?: number
  readonly failed?: boolean
}

/** A line of OTLP JSON Lines with these spans. */
export function lineOf(...spans: readonly LineSpan[]): string {
  const encoded = spans.map(
    ({ traceId, spanId, name = 'work', startMs = 1_700_000_000_000, durationMs = 5, failed = false }) => ({
      traceId: traceId.toString(16).padStart(32, '0'),
      spanId: spanId.toString(16).padStart(16, '0'),
      name,
      startTimeUnixNano: `${startMs}000000`,
      endTimeUnixNano: `${startMs + durationMs}000000`,
      ...(failed ? { status: { code: 2 } } : {}),
    }),
  )
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] }
  return JSON.stringify({
    resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'test' }, spans: encoded }] }],
  })
}
