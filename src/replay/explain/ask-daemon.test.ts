import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchRule } from '../../../test/build-rule.js'
import { SourceError } from '../../model/source-error.js'
import { decodeRule } from './ask-daemon.js'

const about = { rule: matchRule('{ }', { alert: 'Slow' }) }

describe('the answer of a daemon', () => {
  it('is found by the query where several rules have one name', () => {
    const rule = (query: string): object => ({ name: 'Slow', query, state: 'firing' })
    const body = { data: { groups: [{ rules: [rule('{ a }')] }, { rules: [rule('{ }')] }] } }
    expect(decodeRule(body, about)).toEqual({
      state: 'firing',
      expr: '{ }',
      verdict: undefined,
      lastError: undefined,
      lastEvaluation: '',
      window: undefined,
      alerts: [],
    })
  })

  it('is read or refused, whatever it is', () => {
    const known = fc.constantFrom(
      'data',
      'groups',
      'rules',
      'alerts',
      'labels',
      'name',
      'query',
      'state',
      'window',
      '__proto__',
    )
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'large' },
        fc.constantFrom<unknown>('Slow', 1, null),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(known, tie('tree'), { maxKeys: 5 }),
      ),
    }))
    const rules = fc
      .array(fc.dictionary(known, tree), { maxLength: 3 })
      .map((each) => ({ data: { groups: [{ rules: each.map((rule) => ({ ...rule, name: 'Slow' })) }] } }))
    fc.assert(
      fc.property(fc.oneof(tree, rules), (body) => {
        try {
          const rule = decodeRule(body, about)
          expect(typeof (rule?.state ?? '')).toBe('string')
        } catch (error) {
          expect(error).toBeInstanceOf(SourceError)
        }
      }),
    )
  })
})
