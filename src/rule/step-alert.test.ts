import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlertFacts, AlertInstance } from '../model/alert-instance.js'
import { MINUTE_MS, SECOND_MS, type Timestamp } from '../model/time.js'
import { RESOLVED_RETENTION_MS, stepAlert, type Seen } from './step-alert.js'

const T0 = Date.UTC(2026, 10, 24, 8, 44)

const LABELS = new Map([['alertname', 'Slow']])
const factsAt = (value: number): AlertFacts => ({
  labels: LABELS,
  annotations: new Map([['summary', `it was ${value}`]]),
  value,
  exemplars: [],
})

interface Rule {
  readonly forMs: number
  readonly keepFiringForMs: number
}

const minutes = (forMin: number, keepMin: number): Rule => ({
  forMs: forMin * MINUTE_MS,
  keepFiringForMs: keepMin * MINUTE_MS,
})

const LETTERS: Readonly<Record<string, Seen['kind']>> = {
  H: 'holds',
  '~': 'lingers',
  '.': 'ended',
  '?': 'unknown',
}

function see(letter: string, index: number): Seen {
  const kind = LETTERS[letter]
  if (kind === undefined) throw new Error(`no such letter: ${letter}`)
  return kind === 'holds' || kind === 'lingers' ? { kind, facts: factsAt(index) } : { kind }
}

/** `-` nothing, `p` pending, `F` firing, `k` kept firing, `r` resolved. */
function letterOf(alert: AlertInstance | undefined): string {
  if (alert === undefined) return '-'
  if (alert.state === 'pending') return 'p'
  if (alert.state === 'inactive') return 'r'
  return alert.keepFiringSince === undefined ? 'F' : 'k'
}

/** The states of an alert that is seen once a minute. */
function play(rule: Rule, letters: string): readonly (AlertInstance | undefined)[] {
  let alert: AlertInstance | undefined
  return letters.split('').map((letter, index) => {
    alert = stepAlert(alert, see(letter, index), T0 + index * MINUTE_MS, rule)
    return alert
  })
}

describe('stepAlert', () => {
  it.each<[string, Rule, string, string]>([
    ['fires at once without a for', minutes(0, 0), 'H', 'F'],
    ['waits for its for', minutes(2, 0), 'HHHH', 'ppFF'],
    ['fires at the first look after its for', minutes(1.5, 0), 'HHHH', 'ppFF'],
    ['is inactive where the condition ends before its for', minutes(2, 0), 'HH.HH', 'pp-pp'],
    ['begins to wait anew after a gap of one look', minutes(2, 0), 'HH.HHH', 'pp-ppF'],
    ['resolves at the first look without the condition', minutes(0, 0), 'H..', 'Frr'],
    ['says nothing where nothing was ever seen', minutes(0, 0), '..?~', '----'],

    ['keeps firing for its time', minutes(0, 2), 'H....', 'Fkkrr'],
    ['keeps firing to the last look within its time', minutes(0, 2.5), 'H.....', 'Fkkkrr'],
    ['forgets that it kept firing where the condition comes back', minutes(0, 2), 'H..H...', 'FkkFkkr'],
    ['keeps a pending alert not at all', minutes(2, 5), 'HH..', 'pp--'],
    ['waits and keeps', minutes(1, 1), 'HH..H', 'pFkrp'],

    ['flaps without a for', minutes(0, 0), 'H.H.H.', 'FrFrFr'],
    ['never fires where it flaps faster than its for', minutes(1, 0), 'H.H.H.', 'p-p-p-'],
    ['does not flap where it is kept', minutes(0, 2), 'H.H.H.', 'FkFkFk'],
    ['is pending again after it has resolved', minutes(1, 0), 'HH.HH', 'pFrpF'],

    ['is kept as it is by an evaluation that failed', minutes(2, 0), 'HH??H', 'ppppF'],
    ['does not fire by an evaluation that failed', minutes(1, 0), 'H????', 'ppppp'],
    ['does not resolve by an evaluation that failed', minutes(0, 0), 'H????.', 'FFFFFr'],
    ['is not kept less long for evaluations that failed', minutes(0, 2), 'H?.?.', 'FFkkr'],
    ['is kept by its time though evaluations failed', minutes(0, 2), 'H.???.', 'Fkkkkr'],

    ['lingers once it fires', minutes(0, 0), 'H~~~.', 'FFFFr'],
    ['does not linger while it is pending', minutes(2, 0), 'H~H', 'p-p'],
    ['does not begin by lingering', minutes(0, 0), '~~', '--'],
    ['does not come back by lingering', minutes(0, 0), 'H.~', 'Frr'],
    ['is kept after it has lingered', minutes(0, 2), 'H~~...', 'FFFkkr'],
    ['lingers again while it is kept', minutes(0, 2), 'H.~..', 'FkFkk'],

    ['is kept for 15 minutes after its end', minutes(0, 0), `H${'.'.repeat(18)}`, `F${'r'.repeat(16)}--`],
    ['is forgotten though evaluations fail', minutes(0, 0), `H.${'?'.repeat(17)}`, `F${'r'.repeat(16)}--`],
    ['is forgotten for what was pending since', minutes(1, 0), 'HH.H.', 'pFrp-'],
    ['fires anew while it is kept', minutes(0, 0), `H${'.'.repeat(15)}H`, `F${'r'.repeat(15)}F`],
  ])('%s', (_, rule, letters, expected) => {
    expect(play(rule, letters).map(letterOf).join('')).toBe(expected)
  })

  it('knows when each thing happened', () => {
    const at = (index: number) => T0 + index * MINUTE_MS
    const [, pending, firing, , kept, , resolved] = play(minutes(2, 2), 'HHHH...')
    expect(pending).toMatchObject({ state: 'pending', activeAt: at(0), seenAt: at(1) })
    expect(firing).toMatchObject({ state: 'firing', activeAt: at(0), firedAt: at(2), lastSentAt: undefined })
    expect(kept).toMatchObject({ activeAt: at(0), firedAt: at(2), keepFiringSince: at(4) })
    expect(resolved).toMatchObject({ state: 'inactive', activeAt: at(0), firedAt: at(2), resolvedAt: at(6) })
  })

  it('begins a new life after its end, which nobody has been told of', () => {
    const first = stepAlert(undefined, see('H', 0), T0, minutes(0, 0))
    if (first?.state !== 'firing') throw new Error('it does not fire')
    const told = { ...first, lastSentAt: T0 }
    const ended = stepAlert(told, see('.', 1), T0 + MINUTE_MS, minutes(0, 0))
    expect(ended).toMatchObject({ lastSentAt: T0 })
    expect(stepAlert(ended, see('H', 2), T0 + 2 * MINUTE_MS, minutes(0, 0))).toMatchObject({
      activeAt: T0 + 2 * MINUTE_MS,
      firedAt: T0 + 2 * MINUTE_MS,
      lastSentAt: undefined,
    })
  })

  it('shows what was last seen to hold, and keeps it to the end', () => {
    const values = play(minutes(1, 1), 'HHH~?..').map((alert) => alert?.value)
    expect(values).toEqual([0, 1, 2, 3, 3, 3, 3])
    expect(play(minutes(0, 0), 'HH.').at(-1)?.annotations.get('summary')).toBe('it was 1')
  })

  it('is the very same value where nothing was learned', () => {
    const alert = stepAlert(undefined, see('H', 0), T0, minutes(1, 0))
    expect(stepAlert(alert, { kind: 'unknown' }, T0 + MINUTE_MS, minutes(1, 0))).toBe(alert)
  })

  describe('where the clock is set back', () => {
    const BACK = T0 - 60 * MINUTE_MS

    it('waits for its for from then on', () => {
      const rule = minutes(2, 0)
      const pending = stepAlert(undefined, see('H', 0), T0, rule)
      const back = stepAlert(pending, see('H', 1), BACK, rule)
      expect(back).toMatchObject({ state: 'pending', activeAt: BACK })
      expect(letterOf(stepAlert(back, see('H', 2), BACK + 2 * MINUTE_MS, rule))).toBe('F')
    })

    it('is kept from then on', () => {
      const rule = minutes(0, 2)
      const kept = stepAlert(stepAlert(undefined, see('H', 0), T0, rule), see('.', 1), T0 + MINUTE_MS, rule)
      const back = stepAlert(kept, see('.', 2), BACK, rule)
      expect(back).toMatchObject({ state: 'firing', keepFiringSince: BACK })
      expect(letterOf(stepAlert(back, see('.', 3), BACK + 2 * MINUTE_MS, rule))).toBe('r')
    })

    it('is not kept for ever after its end', () => {
      const ended = play(minutes(0, 0), 'H.').at(-1)
      expect(stepAlert(ended, see('?', 2), BACK, minutes(0, 0))).toBeUndefined()
    })
  })
})

interface Look {
  readonly at: Timestamp
  readonly kind: Seen['kind']
}

/** What an alert is after all looks, told from the looks as a whole and not step by step. */
function expectAfter(looks: readonly Look[], { forMs, keepFiringForMs }: Rule): object | undefined {
  const now = looks.at(-1)?.at ?? 0
  const known = looks.filter(({ kind }) => kind !== 'unknown')
  /** When the unbroken row of looks of this kind that ends at `index` began. */
  const rowStart = (index: number, kind: Seen['kind']): Timestamp => {
    const before = known.slice(0, index).findLastIndex((look) => look.kind !== kind)
    return known[before + 1]?.at ?? Number.NaN
  }
  const fires: boolean[] = []
  for (const [index, { at, kind }] of known.entries()) {
    const held = kind === 'holds' && at - rowStart(index, 'holds') >= forMs
    const kept = kind !== 'ended' || at - rowStart(index, 'ended') < keepFiringForMs
    fires.push(held || (fires[index - 1] === true && kept))
  }
  const last = known.length - 1
  const lastFiring = fires.lastIndexOf(true)
  const isPending = known[last]?.kind === 'holds' && fires[last] === false
  if (isPending) return { state: 'pending', activeAt: rowStart(last, 'holds'), seenAt: known[last]?.at }
  if (lastFiring === -1) return undefined
  const firstFiring = fires.slice(0, lastFiring).lastIndexOf(false) + 1
  const moments = { activeAt: rowStart(firstFiring, 'holds'), firedAt: known[firstFiring]?.at }
  if (lastFiring === last) {
    const keepFiringSince = known[last]?.kind === 'ended' ? rowStart(last, 'ended') : undefined
    return { state: 'firing', ...moments, keepFiringSince }
  }
  const after = known.slice(lastFiring + 1)
  // As in Prometheus: what was pending since has taken its place.
  if (after.some(({ kind }) => kind === 'holds')) return undefined
  const resolvedAt = after[0]?.at ?? Number.NaN
  return now - resolvedAt <= RESOLVED_RETENTION_MS ? { state: 'inactive', ...moments, resolvedAt } : undefined
}

describe('stepAlert, by any looks at any moments', () => {
  const step = fc.record({
    afterMs: fc.oneof(
      fc.constantFrom(SECOND_MS, 15 * SECOND_MS, MINUTE_MS, 5 * MINUTE_MS),
      fc.integer({ min: 1, max: 20 * MINUTE_MS }),
    ),
    kind: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom<Seen['kind']>('holds', 'ended') },
      { weight: 2, arbitrary: fc.constantFrom<Seen['kind']>('lingers', 'unknown') },
    ),
  })
  const span = fc.constantFrom(0, 1, 30 * SECOND_MS, MINUTE_MS, 2 * MINUTE_MS, 10 * MINUTE_MS)

  it('is what the looks as a whole make of it', () => {
    const reached = new Map<string, number>()
    fc.assert(
      fc.property(
        span,
        span,
        fc.array(step, { minLength: 1, maxLength: 40, size: 'max' }),
        (forMs, keepFiringForMs, steps) => {
          const rule = { forMs, keepFiringForMs }
          const looks: Look[] = []
          let alert: AlertInstance | undefined
          let at = T0
          for (const { afterMs, kind } of steps) {
            at += afterMs
            looks.push({ at, kind })
            const seen: Seen = kind === 'holds' || kind === 'lingers' ? { kind, facts: factsAt(0) } : { kind }
            alert = stepAlert(alert, seen, at, rule)
            const expected = expectAfter(looks, rule)
            if (expected === undefined) expect(alert).toBeUndefined()
            else expect(alert).toMatchObject(expected)
            reached.set(letterOf(alert), (reached.get(letterOf(alert)) ?? 0) + 1)
          }
        },
      ),
      { numRuns: 1000 },
    )
    // A property that never gets anywhere proves nothing.
    for (const letter of '-pFkr') expect(reached.get(letter) ?? 0).toBeGreaterThan(100)
  })
})
