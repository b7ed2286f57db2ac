import type { RuleMeasure, Sample } from '../src/model/rule-sample.js'
import { SourceError } from '../src/model/source-error.js'
import { MINUTE_MS, type Timestamp } from '../src/model/time.js'

/** What a rule measures where the source is down. */
export const DOWN = new SourceError('Tempo API error: 503', { reason: 'transient' })

/**
 * What measuring a rule at `at` came to, from a text: `down` failed, `empty` held no trace, `part` saw a part; then
 * samples such as `a:12!`, which is of the service a and holds, or `a:8`, which does not.
 */
export function readMeasure(text: string, at: Timestamp): RuleMeasure | SourceError {
  const words = text.split(' ').filter((word) => word !== '')
  if (words.includes('down')) return DOWN
  return {
    window: { start: at - MINUTE_MS, end: at },
    samples: words.flatMap(readSample),
    completeness: words.includes('part') ? 'partial' : 'complete',
    hasData: !words.includes('empty'),
  }
}

function readSample(word: string): Sample[] {
  if (word === 'part' || word === 'empty') return []
  const [, service, value, holds] = /^(\w+):([\d.]+)(!?)$/.exec(word) ?? []
  if (service === undefined) throw new Error(`not a sample: ${word}`)
  return [buildSample(service, Number(value), holds === '!')]
}

export function buildSample(service: string, value: number, holds: boolean): Sample {
  return { labels: new Map([['service', service]]), value, holds, exemplars: [] }
}
