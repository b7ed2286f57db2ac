import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { labelsOf } from '../../test/dispatch-harness.js'
import type { Alert } from '../model/alert.js'
import { toFingerprint, type LabelSet } from '../model/label-set.js'
import { parseMatchers } from '../model/parse-matchers.js'
import { compileMatchers } from './compile-matchers.js'
import { createInhibitor } from './inhibitor.js'

function firing(labels: LabelSet, endsAt: number): Alert {
  return {
    labels,
    annotations: new Map(),
    startsAt: 0,
    endsAt,
    status: 'firing',
    generatorUrl: '',
    value: 1,
    exemplars: [],
  }
}

function rule(source: string, target: string, ...equal: string[]) {
  return { sourceMatchers: parseMatchers(source), targetMatchers: parseMatchers(target), equal }
}

describe('an alert is muted', () => {
  it.each([
    ['by one that has the same values', 'severity=critical,dc=1', 'severity=warn,dc=1', true],
    ['by none of another value', 'severity=critical,dc=2', 'severity=warn,dc=1', false],
    ['where neither has the label', 'severity=critical', 'severity=warn', true],
    ['where an empty label stands for none', 'severity=critical,dc=""', 'severity=warn', true],
    ['by none without the label', 'severity=critical', 'severity=warn,dc=1', false],
    ['by no other target', 'severity=warn,dc=1', 'severity=warn,dc=1,n=2', false],
    ['not if it is no target', 'severity=critical,dc=1', 'severity=info,dc=1', false],
  ])('%s', (_, source, target, isMuted) => {
    const inhibitor = createInhibitor([rule('severity=critical', 'severity=warn', 'dc')])
    inhibitor.update(firing(labelsOf(source), 100))
    const reason = inhibitor.mutes(labelsOf(target), 99)
    expect(reason).toEqual(isMuted ? { kind: 'inhibition', source: labelsOf(source), rule: 0 } : undefined)
    // Nobody is muted by what has ended.
    expect(inhibitor.mutes(labelsOf(target), 100)).toBeUndefined()
    inhibitor.update({ ...firing(labelsOf(source), 100), status: 'resolved' })
    expect(inhibitor.mutes(labelsOf(target), 50)).toBeUndefined()
  })

  it('by no alert that both sides match, if it is one of these itself', () => {
    const inhibitor = createInhibitor([rule('a=~".+"', 'b=~".+"')])
    inhibitor.update(firing(labelsOf('a=1,b=1'), 100))
    expect(inhibitor.mutes(labelsOf('a=1,b=1'), 0)).toBeUndefined()
    expect(inhibitor.mutes(labelsOf('a=2,b=2'), 0)).toBeUndefined()
    expect(inhibitor.mutes(labelsOf('b=2'), 0)).toMatchObject({ kind: 'inhibition' })
  })

  it('as a naive reading of the rules says', () => {
    const labels = fc
      .record({
        a: fc.constantFrom('', '1', '2'),
        b: fc.constantFrom('', '1', '2'),
        c: fc.constantFrom('1', '2'),
      })
      .map((each) => new Map(Object.entries(each).filter(([, value]) => value !== '')))
    const matchers = fc
      .constantFrom('a=1', 'b=1', 'a=~"1|2"', 'a!=1', 'b!~"1"', 'c=1')
      .map((text) => parseMatchers(text))
    const rules = fc.array(
      fc.record({ sourceMatchers: matchers, targetMatchers: matchers, equal: fc.subarray(['a', 'b', 'c']) }),
      { maxLength: 3 },
    )
    const changes = fc.array(fc.tuple(labels, fc.constantFrom('fire', 'end', 'remove')), { maxLength: 12 })
    fc.assert(
      fc.property(rules, changes, labels, (given, story, target) => {
        const inhibitor = createInhibitor(given)
        const alerts = new Map<string, LabelSet>()
        for (const [each, change] of story) {
          const fingerprint = toFingerprint(each)
          if (change === 'fire') alerts.set(fingerprint, each)
          else alerts.delete(fingerprint)
          if (change === 'remove') inhibitor.remove(fingerprint, each)
          else inhibitor.update(firing(each, change === 'fire' ? 100 : 1))
        }
        const isMuted = given.some(({ sourceMatchers, targetMatchers, equal }) => {
          const [isSource, isTarget] = [compileMatchers(sourceMatchers), compileMatchers(targetMatchers)]
          const sources = [...alerts.values()].filter(
            (each) =>
              isSource(each) &&
              !(isTarget(each) && isSource(target)) &&
              equal.every((name) => (each.get(name) ?? '') === (target.get(name) ?? '')),
          )
          return isTarget(target) && sources.length > 0
        })
        expect(inhibitor.mutes(target, 50) !== undefined).toBe(isMuted)
      }),
      { numRuns: 1000 },
    )
  })
})
