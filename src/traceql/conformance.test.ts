import { describe, expect, it } from 'vitest'
import { KNOWN_DIFFERENCES } from '../../test/conformance/traceql/known-differences.js'
import { runSuite, SUITES } from '../../test/conformance/traceql/suites.js'

describe('beside a real Tempo', () => {
  it.each(SUITES)('every case of %s is answered alike, but for the known differences', (suite) => {
    const failed = runSuite(suite).filter(({ verdict }) => !verdict.passed)

    const known = [...KNOWN_DIFFERENCES.keys()].filter((id) => id.startsWith(suite.slice(0, 1)))
    expect(failed.map(({ id }) => id).sort()).toEqual(known.sort())
  })
})
