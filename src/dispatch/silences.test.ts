import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTestClock } from '../../test/test-clock.js'
import { createTestLogger } from '../../test/test-logger.js'
import { parseMatchers } from '../model/parse-matchers.js'
import { silenceStateAt, type Silence } from '../model/silence.js'
import { MINUTE_MS } from '../model/time.js'
import type { SilenceDraft } from './check-silence.js'
import { compileMatchers } from './compile-matchers.js'
import { SilenceError } from './silence-error.js'
import { createSilences, DEFAULT_SILENCE_LIMITS, type SilenceLimits } from './silences.js'

const HOUR_MS = 60 * MINUTE_MS

function setUp(limits: Partial<SilenceLimits> = {}) {
  const clock = createTestClock()
  const logger = createTestLogger()
  const saved: (readonly Silence[])[] = []
  let fails = false
  let count = 0
  const silences = createSilences({
    load: async () => saved.flat(),
    save: async (changed) => {
      if (fails) throw new Error('disk full')
      saved.push(changed)
    },
    createId: () => `s${(count += 1)}`,
    clock,
    logger,
    limits: { ...DEFAULT_SILENCE_LIMITS, ...limits },
  })
  const draft = (text: string, over: Partial<SilenceDraft> = {}): SilenceDraft => ({
    matchers: parseMatchers(text),
    startsAt: clock.now(),
    endsAt: clock.now() + HOUR_MS,
    createdBy: 'ann',
    comment: 'disks',
    ...over,
  })
  const isMuted = (text: string): string | undefined => {
    const labels = new Map(parseMatchers(text).map(({ name, value }) => [name, value]))
    const reason = silences.mutes(labels, clock.now())
    return reason?.kind === 'silence' ? reason.id : undefined
  }
  return { clock, logger, saved, silences, draft, isMuted, setFails: (to: boolean) => (fails = to) }
}

describe('a silence', () => {
  it('mutes what it matches while it is active, and says who, why and until when', async () => {
    const { clock, silences, draft, isMuted } = setUp()
    const start = clock.now()
    await silences.set(draft('service="shop"', { startsAt: start + MINUTE_MS }))

    expect(isMuted('service=shop')).toBeUndefined()
    await clock.advance(MINUTE_MS)
    expect(isMuted('service=shop,a=b')).toBe('s1')
    expect(isMuted('service=cart')).toBeUndefined()
    expect(silences.mutes(new Map([['service', 'shop']]), clock.now())).toEqual({
      kind: 'silence',
      id: 's1',
      endsAt: start + HOUR_MS,
      createdBy: 'ann',
      comment: 'disks',
    })
    await clock.advance(59 * MINUTE_MS)
    expect(isMuted('service=shop')).toBe('s1')
    await clock.advance(1)
    expect(isMuted('service=shop')).toBeUndefined()
  })

  it('ends at once where it is expired, and never begins where it was still to come', async () => {
    const { clock, silences, draft, isMuted } = setUp()
    await silences.set(draft('a=b'))
    await silences.set(draft('a=c', { startsAt: clock.now() + 1000 }))

    await silences.expire('s1')
    await silences.expire('s2')

    expect(isMuted('a=b')).toBeUndefined()
    await clock.advance(1000)
    expect(isMuted('a=c')).toBeUndefined()
    expect(silences.list(['expired'])).toHaveLength(2)
    await expect(silences.expire('s1')).rejects.toMatchObject({ kind: 'expired' })
    await expect(silences.expire('s9')).rejects.toMatchObject({ kind: 'unknown' })
  })

  it.each([
    ['extended', {}, 's1', 1],
    ['given another comment', { comment: 'new' }, 's1', 1],
    ['given another start', { startsAt: 5000 }, 's2', 2],
    ['given other matchers', { matchers: parseMatchers('a=c') }, 's2', 2],
  ])('that is %s', async (_, change, id, count) => {
    const { clock, silences, draft, isMuted, saved } = setUp()
    const { startsAt } = await silences.set(draft('a=b'))
    await clock.advance(MINUTE_MS)
    const replaced = await silences.set(
      draft('a=b', { id: 's1', startsAt, endsAt: clock.now() + 2 * HOUR_MS, ...change }),
    )
    expect(replaced).toMatchObject({ id, endsAt: clock.now() + 2 * HOUR_MS })
    expect(silences.list()).toHaveLength(count)
    expect(silences.list(['active'])).toHaveLength(1)
    // The end of the old one and the beginning of the new one are one change.
    expect(saved).toHaveLength(2)
    expect([isMuted('a=b'), isMuted('a=c')]).toEqual(
      id === 's1' || !('matchers' in change) ? [id, undefined] : [undefined, id],
    )
  })

  it('that has ended is replaced by a new one', async () => {
    const { clock, silences, draft } = setUp()
    await silences.set(draft('a=b'))
    await clock.advance(2 * HOUR_MS)
    expect(await silences.set(draft('a=b', { id: 's1' }))).toMatchObject({ id: 's2' })
    expect(silences.get('s1')).toMatchObject({ endsAt: clock.now() - HOUR_MS })
  })

  it('that begins in the past begins now', async () => {
    const { clock, silences, draft } = setUp()
    expect(await silences.set(draft('a=b', { startsAt: 0 }))).toMatchObject({ startsAt: clock.now() })
  })

  it.each<[string, string, Partial<SilenceDraft>]>([
    ['', 'found no matchers, expected at least one', {}],
    ['a=~".*"', 'all matchers match a label that is not there, expected one at least that does not', {}],
    ['a!=b', 'all matchers match a label that is not there, expected one at least that does not', {}],
    ['a=~"("', 'a=~"(": not a valid RE2 regular expression: missing closing ): `(`', {}],
    ['a=b', 'found an end that is not after the start', { endsAt: 0, startsAt: 0 }],
    ['a=b', 'found an end in the past', { endsAt: 1, startsAt: 0 }],
    ['a=b', 'found no times, expected startsAt and endsAt', { endsAt: Number.NaN }],
    [
      'a=~"(",b=~")",c=d',
      'found 3 matchers, expected at most 2; found an end in the past; a=~"(": not a valid RE2 regular expression: missing closing ): `(`; b=~")": not a valid RE2 regular expression: unexpected ): `)`',
      { endsAt: 1, startsAt: 0 },
    ],
    ['a=b,a=c,a=d', 'found 3 matchers, expected at most 2', {}],
    ['a=b', 'found 1004 characters, expected at most 1000', { comment: 'x'.repeat(999) }],
  ])('%j is refused: %s', async (text, fault, over) => {
    const { silences, draft, saved } = setUp({ matchers: 2, characters: 1000 })
    await expect(silences.set(draft(text, over))).rejects.toThrow(
      new SilenceError('invalid', `invalid silence: ${fault}`),
    )
    expect(saved).toEqual([])
  })

  it('is one too many where there are as many as there may be; ended ones do not count', async () => {
    const { silences, draft } = setUp({ silences: 2 })
    await silences.set(draft('a=b'))
    await silences.set(draft('a=c'))
    await expect(silences.set(draft('a=d'))).rejects.toMatchObject({ kind: 'full' })
    await silences.set(draft('a=e', { id: 's2' }))
    await silences.expire('s1')
    await silences.set(draft('a=d'))
    expect(silences.list(['active'])).toHaveLength(2)
  })

  it('that cannot be saved does not hold', async () => {
    const { silences, draft, isMuted, setFails } = setUp()
    setFails(true)
    await expect(silences.set(draft('a=b'))).rejects.toThrow('disk full')
    expect(isMuted('a=b')).toBeUndefined()
    setFails(false)
    await silences.set(draft('a=b'))
    setFails(true)
    await expect(silences.expire('s2')).rejects.toThrow('disk full')
    expect(isMuted('a=b')).toBe('s2')
  })

  it('is forgotten five days after its end', async () => {
    const { clock, silences, draft } = setUp()
    await silences.set(draft('a=b'))
    await clock.advance(121 * HOUR_MS)
    await silences.set(draft('a=c'))
    expect(silences.list()).toHaveLength(2)
    await clock.advance(1)
    await silences.set(draft('a=d'))
    expect(silences.list().map(({ id }) => id)).toEqual(['s2', 's3'])
  })

  it('is there after a restart; one that cannot be used is told of', async () => {
    const { clock, logger, saved, silences, isMuted } = setUp()
    const facts = { startsAt: 0, endsAt: clock.now(), updatedAt: 0, createdBy: '', comment: '' }
    saved.push([
      { ...facts, id: 'x', matchers: parseMatchers('a=b') },
      { ...facts, id: 'y', matchers: [{ name: 'a', operator: '=~', value: '(' }] },
    ])
    await silences.load()
    expect(isMuted('a=b')).toBe('x')
    expect(logger.lines).toHaveLength(1)
  })
})

describe('many silences', () => {
  it('mute what a naive reading of them mutes', async () => {
    const matcher = fc.record({
      name: fc.constantFrom('x', 'y'),
      operator: fc.constantFrom('=', '!=', '=~', '!~'),
      value: fc.constantFrom('a', 'b', '', 'a|b', 'a?'),
    })
    const change = fc.record({
      replaces: fc.option(fc.nat(5), { nil: undefined }),
      expires: fc.option(fc.nat(5), { nil: undefined }),
      matchers: fc.array(matcher, { minLength: 1, maxLength: 3 }),
      startsIn: fc.integer({ min: -2, max: 3 }),
      lasts: fc.integer({ min: 1, max: 5 }),
      advance: fc.nat(2),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
        const { clock, silences, draft } = setUp()
        for (const { replaces, expires, matchers, startsIn, lasts, advance } of changes) {
          const startsAt = clock.now() + startsIn * MINUTE_MS
          const given = { id: replaces === undefined ? undefined : `s${replaces}`, matchers, startsAt }
          await ignoreSilenceErrors(
            silences.set(draft('a=b', { ...given, endsAt: startsAt + lasts * MINUTE_MS })),
          )
          if (expires !== undefined) await ignoreSilenceErrors(silences.expire(`s${expires}`))
          await clock.advance(advance * MINUTE_MS)
          for (const labels of allLabels()) {
            const naive = silences
              .list()
              .filter(
                (each) =>
                  silenceStateAt(each, clock.now()) === 'active' && compileMatchers(each.matchers)(labels),
              )
            expect(
              silences
                .matching(labels, clock.now())
                .map(({ id }) => id)
                .toSorted(),
            ).toEqual(naive.map(({ id }) => id).toSorted())
            expect(silences.mutes(labels, clock.now()) !== undefined).toBe(naive.length > 0)
          }
        }
      }),
      { numRuns: 100 },
    )
  })
})

async function ignoreSilenceErrors(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof SilenceError)) throw error
  })
}

function allLabels(): ReadonlyMap<string, string>[] {
  return ['a', 'b', 'c', undefined].flatMap((x) =>
    ['a', undefined].map(
      (y) =>
        new Map(
          [['x', x] as const, ['y', y] as const].flatMap(([name, value]) =>
            value === undefined ? [] : [[name, value]],
          ),
        ),
    ),
  )
}
