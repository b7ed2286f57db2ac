import { describe, expect, it } from 'vitest'
import { parseCutoff } from './probe.js'

describe('parseCutoff', () => {
  it.each([
    ['query_frontend:\n    query_end_cutoff: 30s\n', 30_000],
    ['query_frontend:\n    query_end_cutoff: 0s\nmetrics_generator:\n', 0],
    ['query_frontend:\r\n  query_end_cutoff: 1m30s', 90_000],
    ['query_frontend:\n  query_end_cutoff: 1.5s', 1500],
    ['query_frontend:\n  query_end_cutoff: 250ms', 250],
    ['query_frontend:\n  query_end_cutoff: 1h0m0s', 3_600_000],
    ['query_frontend:\n  query_end_cutoff: 30s # as it was', 30_000],
    ['GET /status/config\n---\nquery_frontend:\n    max_retries: 2\n', 0],
  ])('reads %j', (configuration, expected) => {
    expect(parseCutoff(configuration)).toBe(expected)
  })

  it.each([
    '',
    '{}',
    '<html>query_end_cutoff: 30s</html>',
    'query_frontend:\n  query_end_cutoff: soon',
    'query_frontend:\n  query_end_cutoff: 5h',
    `query_frontend:\n  query_end_cutoff: ${'9'.repeat(400)}h`,
    `query_frontend:\n  query_end_cutoff:${' '.repeat(300_000)}x y`,
    'query_frontend:\n  query_end_cutoff: 30',
  ])('knows nothing from %j', (configuration) => {
    expect(parseCutoff(configuration)).toBeUndefined()
  })
})
