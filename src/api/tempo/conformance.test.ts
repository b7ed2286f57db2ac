import { describe, expect, it } from 'vitest'
import { runOverHttp } from '../../../test/conformance/traceql/http.js'
import { KNOWN_DIFFERENCES } from '../../../test/conformance/traceql/known-differences.js'

describe('beside a real Tempo, over HTTP', () => {
  it.each(['eval', 'metrics'] as const)(
    'every case of %s is answered alike, but for the known differences',
    async (suite) => {
      const judged = await runOverHttp(suite)
      const failed = judged.filter(({ verdict }) => !verdict.passed)

      const known = [...KNOWN_DIFFERENCES.keys()].filter((id) => id.startsWith(suite.slice(0, 1)))
      expect(failed.map(({ id }) => id).sort()).toEqual(known.sort())
      expect(judged.length).toBeGreaterThan(100)
    },
  )
})
