import type { SpanExporter } from '@opentelemetry/sdk-trace-node'
import { describe, expect, it } from 'vitest'
import { reportExportFailures } from './report-export-failures.js'

type Done = Parameters<SpanExporter['export']>[1]
type Result = Parameters<Done>[0]

const failed: Result = { code: 1, error: new Error('refused') }

function setUp() {
  const pending: Done[] = []
  const warnings: unknown[] = []
  const results: Result[] = []
  const ended = new AbortController()
  const silent = (): void => {}
  const exporter = reportExportFailures(
    { export: (_spans, done) => void pending.push(done), shutdown: async () => {} },
    { debug: silent, info: silent, warn: (...entry) => void warnings.push(entry), error: silent },
    ended.signal,
  )
  const send = (): void => exporter.export([], (result) => void results.push(result))
  const answer = (result: Result): void => pending.shift()?.(result)
  return { send, answer, pending, warnings, results, ended }
}

describe('reportExportFailures', () => {
  it('tells of the first failure of a row', () => {
    const { send, answer, warnings, results } = setUp()
    for (const result of [failed, failed, { code: 0 }, { code: 1 }]) {
      send()
      answer(result)
    }
    expect(warnings).toEqual([
      ['Failed to export own spans', { error: 'refused' }],
      ['Failed to export own spans', { error: 'unknown' }],
    ])
    expect(results).toEqual([failed, failed, { code: 0 }, { code: 1 }])
  })

  it('gives up what is on its way at its end, once, and tells nothing of it later', () => {
    const { send, answer, warnings, results, ended } = setUp()
    send()
    ended.abort()
    answer(failed)
    expect(results).toEqual([{ code: 1, error: new Error('stopped') }])
    expect(warnings).toEqual([])
  })

  it('exports nothing after its end', () => {
    const { send, pending, warnings, results, ended } = setUp()
    ended.abort()
    send()
    expect(pending).toEqual([])
    expect(results).toEqual([{ code: 1, error: new Error('stopped') }])
    expect(warnings).toEqual([])
  })
})
