import { describe, expect, it } from 'vitest'
import { check, parse, printFieldExpression, printPipeline, type Pipeline } from '../../../traceql/index.js'
import { joinPipelines, rewritePipeline, rewritePipelineWidely } from './rewrite-pipeline.js'
import { toSpanCondition } from './span-condition.js'

function pipelineOf(query: string): Pipeline {
  const { root } = check(parse(query))
  if (root.kind !== 'Pipeline') throw new Error(`${query} is no search`)
  return root
}

/** The exact pipeline, or `none`. Whatever is made must be TraceQL. */
function exactly(query: string): string {
  const rewritten = rewritePipeline(pipelineOf(query), new Set())
  return rewritten === undefined ? 'none' : printed(rewritten)
}

const widely = (query: string): string => printed(rewritePipelineWidely(pipelineOf(query)))

function printed(pipeline: Pipeline): string {
  const text = printPipeline(pipeline)
  check(parse(text))
  return text
}

describe('a pipeline that a Tempo answers rightly', () => {
  it.each([
    ['{ status = error } >> { span.a = "x" }', '{ status = error } >> { span.a = `x` }'],
    ['{ !(status = error) } && { 1s < duration }', '{ status != error } && { duration > 1s }'],
    [
      '{ status = error } &> { kind = server }',
      '{ status = error } > { kind = server } || { kind = server } < { status = error }',
    ],
    [
      '{ status = error } &~ { kind = server }',
      '{ status = error } ~ { kind = server } || { kind = server } ~ { status = error }',
    ],
    ['{ status = error } !>> { kind = server }', '{ status = error } !>> { kind = server }'],
    ['count() > 5', '{ } | count() > 5'],
    [
      '{ status = error } | by(resource.service.name) | count() > 5 | select(span.a)',
      '{ status = error } | by(resource.service.name) | count() > 5',
    ],
    ['{ } | avg(duration) > 1s', '{ } | avg(duration) > 1s'],
    [
      '{ span.a != "x" } | by(span.a) | count() > 1',
      '{ (span.a != `x`) && (span.a != `nil`) } | by(span.a) | count() > 1',
    ],
    [
      '({ status = error } | count() > 1) && ({ kind = server })',
      '({ status = error } | count() > 1) && ({ kind = server })',
    ],
    ['{ } | by(name) | coalesce() | count() > 2', '{ } | by(name) | coalesce() | count() > 2'],
    ['{ nestedSetParent < 0 }', '{ nestedSetParent < 0 }'],
    // What follows cannot be said so that Tempo answers it rightly.
    ['{ status = error } | count() > 5 | { kind = server }', 'none'],
    ['{ } | max(span.http.status_code) >= 500', 'none'],
    ['{ } | by(span.a = "x") | count() > 1', 'none'],
    ['{ span.x = span.y } >> { status = error }', 'none'],
    ['{ span:childCount < 3 }', 'none'],
    ['{ span.a = nil } | by(span.a) | count() > 2', 'none'],
  ])('%s', (query, expected) => {
    expect(exactly(query)).toBe(expected)
  })
})

describe('a pipeline that finds no trace less', () => {
  it.each([
    ['{ status = error } >> { span.a = "x" }', '{ status = error } >> { span.a = `x` }'],
    ['{ status = error } !>> { span.a = "x" }', '{ span.a = `x` }'],
    ['{ status = error } &>> { span.a = "x" }', '{ status = error } && { span.a = `x` }'],
    [
      '{ span.a = nil && kind = server } > { .b = "y" }',
      '{ kind = server } > { (span.b = `y`) || (resource.b = `y`) }',
    ],
    [
      '{ status = error } | count() > 5 | { kind = server } | count() > 1',
      '{ status = error } | count() > 5',
    ],
    ['{ status = error } | count() < 5', '{ status = error }'],
    [
      '{ kind = server } | max(span.http.status_code) >= 500',
      '{ kind = server } | { (span.http.status_code >= 500) || (span.http.status_code >= 500.0) }',
    ],
    ['{ } | avg(span.x) > 5', '{ } | { (span.x > 5) || (span.x > 5.0) }'],
    ['{ } | avg(span.x) < 5', '{ }'],
    ['{ } | avg(duration) < 5ms', '{ } | { duration < 5ms }'],
    ['{ } | max(duration) > 1s', '{ } | max(duration) > 1s'],
    ['{ } | sum(duration) > 1s', '{ } | sum(duration) > 1s'],
    ['{ } | sum(span.x) > 5', '{ }'],
    ['{ } | by(span.a) | count() > 5', '{ } | by(span.a) | count() > 5'],
    ['{ status = error } | by(span.a = "x") | count() > 5', '{ status = error }'],
    [
      '({ status = error } | count() < 5) && ({ kind = server })',
      '({ status = error } | { }) && ({ kind = server })',
    ],
  ])('%s', (query, expected) => {
    expect(widely(query)).toBe(expected)
  })
})

describe('pipelines that are joined', () => {
  it.each([
    [['{ status = error } >> { }'], '({ status = error } >> { } | { })'],
    [['({ } | count() > 5) && ({ })', '{ }'], '({ } | count() > 5) && ({ }) || ({ } | { })'],
    [['{ status = error }', '{ } | count() > 5'], '({ status = error } | { }) || ({ } | count() > 5)'],
  ])('%j', (queries, expected) => {
    expect(printed(joinPipelines(queries.map(pipelineOf)))).toBe(expected)
  })
})

describe('a pipeline that looks at single spans', () => {
  it.each([
    ['{ status = error } | { kind = server }', '(status = error) && (kind = server)'],
    ['({ status = error } || { kind = server }) | select(span.a)', '(status = error) || (kind = server)'],
    ['{ status = error } | by(name) | coalesce()', 'status = error'],
    ['{ nestedSetParent < 0 }', 'nestedSetParent < 0'],
    ['{ -1 = nestedSetParent || nestedSetParent >= 0 }', '(-1 = nestedSetParent) || (nestedSetParent >= 0)'],
    ['{ nestedSetParent > 5 }', undefined],
    ['{ status = error } && { kind = server }', undefined],
    ['{ status = error } | count() > 1', undefined],
    ['{ traceDuration > 1s }', undefined],
    ['{ event:name = "x" }', undefined],
    ['{ status = error } > { }', undefined],
  ])('%s', (query, expected) => {
    const condition = toSpanCondition(pipelineOf(query))
    expect(condition && printFieldExpression(condition)).toBe(expected)
  })
})
