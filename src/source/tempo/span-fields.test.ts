import { describe, expect, it } from 'vitest'
import { isTellable, planFields, printFieldStages } from './span-fields.js'

const stages = (query: string, ...fields: readonly string[]): string =>
  printFieldStages(planFields(query, fields))

describe('the fields of a search', () => {
  it.each([
    ['{ }', [], ''],
    ['{ status = error }', ['status', 'name'], ' | select(status, name)'],
    ['{ }', ['span.a', 'resource.service.name'], ' | select(span.a, resource.service.name)'],
    ['{ }', ['duration', 'trace:id', 'rootName', 'nestedSetParent'], ''],
    // Attributes of one name are told apart by grouping, also where the query itself asks for one.
    ['{ }', ['span.a', 'resource.a'], ' | by(span.a) | by(resource.a)'],
    ['{ resource.a = 1 }', ['span.a', 'span.b'], ' | by(span.a) | select(span.b)'],
    ['{ }', ['.a', 'name'], ' | by(span.a) | by(resource.a) | select(name)'],
    ['{ .a = 1 }', ['span.a'], ' | by(span.a)'],
    ['{ }', ['span.status', 'status'], ' | by(span.status) | by(status)'],
    ['{ }', ['span."a b"', 'span.a', 'span.a'], ' | select(span."a b", span.a)'],
  ])('of %s: %j', (query, fields, expected) => {
    expect(stages(query, ...fields)).toBe(expected)
  })

  it.each([
    ['span.a', true],
    ['name', true],
    ['event:name', false],
    ['event.level', false],
    ['link:traceID', false],
    ['link.why', false],
  ])('may be told: %s %s', (field, expected) => {
    expect(isTellable(field)).toBe(expected)
  })
})
