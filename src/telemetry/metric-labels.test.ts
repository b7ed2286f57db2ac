import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toMetricLabels } from './metric-labels.js'

describe('toMetricLabels', () => {
  it.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>]>([
    ['leaves good names as they are', { service: 'shop', A_9: 'x' }, { service: 'shop', A_9: 'x' }],
    [
      'replaces what is not allowed',
      { 'resource.service.name': 'shop', 'http-route': '/' },
      { resource_service_name: 'shop', http_route: '/' },
    ],
    [
      'joins the values of names that become the same',
      { 'a.b': '1', a_b: '2', 'a-b': '3' },
      { a_b: '3;1;2' },
    ],
    ['lets no name begin with a digit or be empty', { '9lives': 'x', '': 'y' }, { _9lives: 'x', _: 'y' }],
    [
      'leaves names with two underscores to Prometheus',
      { __name__: 'x', '...a': 'y' },
      { _name__: 'x', _a: 'y' },
    ],
    ['hides what has a name that is fixed', { alertstate: 'x' }, {}],
  ])('%s', (_, labels, expected) => {
    const made = toMetricLabels(new Map(Object.entries(labels)), { alertstate: 'firing' })
    expect(made).toEqual({ ...expected, alertstate: 'firing' })
  })

  it('makes names that Prometheus allows, of any', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (labels) => {
        for (const name of Object.keys(toMetricLabels(new Map(Object.entries(labels)), {}))) {
          expect(name).toMatch(/^(?:[A-Za-z]|_(?!_))[A-Za-z0-9_]*$/)
        }
      }),
    )
  })
})
