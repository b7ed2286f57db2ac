import { describe, expect, it } from 'vitest'
import { buildAlertmanagerApi, posting, serveAlertmanagerApi } from '../../../test/alertmanager-api.js'
import type { ShownAlert } from '../../dispatch/show-dispatch.js'
import { findMatcherFault } from '../../dispatch/compile-matchers.js'
import type { Matcher } from '../../model/matcher.js'

const AT = Date.UTC(2026, 10, 24, 8, 44)

function alertOf(service: string): ShownAlert {
  const alert = {
    labels: new Map([['service', service]]),
    annotations: new Map(),
    startsAt: AT,
    endsAt: AT,
    status: 'firing',
    generatorUrl: '',
    value: 1,
    exemplars: [],
  } as const
  return { alert, updatedAt: AT, receivers: ['sink'], mutes: [], isProcessed: true }
}

/** An API with these services' alerts, and the matchers that it has compiled. */
async function serve(services: readonly string[] = []) {
  const compiled: Matcher[] = []
  const count = (matcher: Matcher) => {
    compiled.push(matcher)
    return findMatcherFault(matcher)
  }
  const api = buildAlertmanagerApi({
    alerts: services.map(alertOf),
    options: { findMatcherFault: count },
  })
  return { ask: await serveAlertmanagerApi(api), compiled, silences: api.silences }
}

const filterOf = (...filters: readonly string[]) =>
  filters.map((each) => `filter=${encodeURIComponent(each)}`).join('&')

function silenceOf(values: readonly string[]): object {
  return {
    matchers: values.map((value) => ({ name: 'service', value, isRegex: true })),
    startsAt: '2026-11-24T08:44:00Z',
    endsAt: '2026-11-24T10:44:00Z',
    createdBy: 'ann',
    comment: '',
  }
}

const TOGETHER = /the regular expressions have about \d+ instructions together, and the most is 5000/

describe('regular expressions of a request', () => {
  const many = Array.from({ length: 20 }, () => 'x{1000}'.repeat(1000))

  it.each(['alerts', 'alerts/groups', 'silences'])(
    'that filter %s may be only so large together',
    async (of) => {
      const { ask, compiled } = await serve()
      const large = Array.from({ length: 6 }, () => 'service=~"x{900}"')
      const { status, body } = await ask(`/api/v2/${of}?${filterOf(...large)}`)
      expect([status, body]).toEqual([400, expect.stringMatching(TOGETHER)])
      expect(compiled).toEqual([])
      expect((await ask(`/api/v2/${of}?${filterOf(...large.slice(1))}`)).status).toBe(200)
    },
  )

  it('that filter may be only so many', async () => {
    const { ask, compiled } = await serve()
    const { status, body } = await ask(`/api/v2/alerts?${filterOf(`{${'a=~"b",'.repeat(100)}a=~"c"}`)}`)
    expect([status, body]).toEqual([400, 'bad filter: found 101 matchers, and the most is 100'])
    expect(compiled).toEqual([])
  })

  it('of a silence are sized before any is compiled', async () => {
    const { ask, compiled, silences } = await serve()
    const { status, body } = await ask('/api/v2/silences', posting(silenceOf(many)))
    expect([status, body]).toEqual([400, expect.stringMatching(TOGETHER)])
    expect([compiled, silences.list()]).toEqual([[], []])
  })

  it('of a silence may be many where they are small', async () => {
    const { ask } = await serve()
    const small = Array.from({ length: 100 }, (_, index) => `shop-${index}-.+`)
    expect((await ask('/api/v2/silences', posting(silenceOf(small)))).status).toBe(200)
  })

  it('may name a receiver only where they are of a usual size', async () => {
    const { ask } = await serve()
    const { status, body } = await ask(`/api/v2/alerts?receiver=${many[0]}`)
    expect([status, body]).toEqual([
      400,
      'failed to parse receiver param: a regular expression of 7000 characters; the most is 4096',
    ])
  })
})

describe('matching alerts for a request', () => {
  const LARGE = 'service=~"x{1000}y{1000}z{1000}|checkout.*"'
  const long = (index: number) => `checkout-${String(index).padStart(4096, '0')}`

  it('is refused once it takes too much', async () => {
    const { ask } = await serve(Array.from({ length: 20 }, (_, index) => long(index)))
    const { status, body } = await ask(`/api/v2/alerts?${filterOf(LARGE)}`)
    expect([status, body]).toEqual([
      422,
      {
        code: 422,
        message: expect.stringContaining('too large for so many alerts: write smaller ones'),
      },
    ])
  })

  it('is done once for each value, and only where matchers before are met', async () => {
    const alike = await serve(Array.from({ length: 20 }, () => long(0)))
    expect((await alike.ask(`/api/v2/alerts?${filterOf(LARGE)}`)).body).toHaveLength(20)
    const { ask } = await serve(Array.from({ length: 20 }, (_, index) => long(index)))
    const both = filterOf(`service="${long(7)}"`, LARGE)
    expect((await ask(`/api/v2/alerts?${both}`)).body).toHaveLength(1)
  })

  it('takes little by expressions of a usual size, however many alerts there are', async () => {
    const services = Array.from({ length: 10_000 }, (_, index) => `checkout-service-${index}`)
    const { ask } = await serve(services)
    const { body } = await ask(
      `/api/v2/alerts?${filterOf('service=~"(checkout|payment)-[a-z]+-99[0-9]{1,2}"')}`,
    )
    expect(body).toHaveLength(110)
  })
})
