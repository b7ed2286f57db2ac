import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PrometheusError } from './prometheus-error.js'
import { parseRulesRequest, type RulesRequest } from './rules-request.js'

const ALL: RulesRequest = {
  ruleNames: new Set(),
  groupNames: new Set(),
  files: new Set(),
  recording: false,
  excludeAlerts: false,
  groupLimit: undefined,
  nextToken: undefined,
}

const parse = (search: string) => parseRulesRequest(new URLSearchParams(search))

describe('parseRulesRequest', () => {
  it.each<[string, Partial<RulesRequest>]>([
    ['', {}],
    ['type=', {}],
    ['type=alert', {}],
    ['type=ALERT', {}],
    ['type=record', { recording: true }],
    ['rule_name[]=a&rule_name[]=b', { ruleNames: new Set(['a', 'b']) }],
    ['rule_group[]=a%20b', { groupNames: new Set(['a b']) }],
    ['file[]=rules/shop.yaml', { files: new Set(['rules/shop.yaml']) }],
    ['exclude_alerts=true', { excludeAlerts: true }],
    ['exclude_alerts=T', { excludeAlerts: true }],
    ['exclude_alerts=1', { excludeAlerts: true }],
    ['exclude_alerts=False', {}],
    ['exclude_alerts=0', {}],
    ['exclude_alerts=', {}],
    ['group_limit=5', { groupLimit: 5 }],
    ['group_limit=5&group_next_token=x', { groupLimit: 5, nextToken: 'x' }],
    ['group_limit=&group_next_token=', {}],
    ['unknown=1&rule_name=a', {}],
    // Prometheus has no such parameter for rules, and passes over what it does not know.
    ['state=bogus', {}],
  ])('reads %j', (search, expected) => {
    expect(parse(search)).toEqual({ ...ALL, ...expected })
  })

  it.each([
    ['type=foo', 'invalid parameter "type": not supported value "foo"'],
    [
      'exclude_alerts=maybe',
      'invalid parameter "exclude_alerts": error converting exclude_alerts: "maybe" is neither true nor false',
    ],
    ['group_limit=x', 'invalid parameter "group_limit": group_limit needs to be a valid number'],
    ['group_limit=-1', 'invalid parameter "group_limit": group_limit needs to be a valid number'],
    ['group_limit=0', 'invalid parameter "group_limit": group_limit needs to be greater than 0'],
    [
      'group_next_token=x',
      'invalid parameter "group_limit": group_limit needs to be present in order to paginate over the groups',
    ],
    [
      'match[]={a="b"}',
      'invalid parameter "match[]": not supported: rules are chosen by rule_name[], rule_group[] and file[]',
    ],
  ])('does not take %j', (search, message) => {
    expect(() => parse(search)).toThrow(expect.objectContaining({ status: 400, type: 'bad_data', message }))
  })

  it('reads anything or throws the error that says why not', () => {
    const name = fc.constantFrom(
      'type',
      'rule_name[]',
      'file[]',
      'exclude_alerts',
      'group_limit',
      'group_next_token',
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string())), (params) => {
        try {
          parseRulesRequest(new URLSearchParams(params))
        } catch (error) {
          expect(error).toBeInstanceOf(PrometheusError)
        }
      }),
    )
  })
})
