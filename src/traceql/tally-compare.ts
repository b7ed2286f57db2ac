import type { Attributes } from '../model/attributes.js'
import type { Condition, Frame } from './frame.js'
import type { IntrinsicName } from './intrinsic.js'
import { printField } from './print-field.js'
import { createIntrinsicReader } from './read-intrinsic.js'
import type { BucketedSeries, LabelValue } from './series.js'
import type { Budget } from './series-store.js'
import { valueKey } from './shown-value.js'
import type { Tally } from './tally.js'
import type { AttributeScope } from './tree.js'
import type { Value } from './value.js'
import { toValue } from './value.js'

const META_LABEL = '__meta_type'
const NIL = 'nil'

const COMPARED_INTRINSICS = [
  'name',
  'kind',
  'status',
  'statusMessage',
  'rootName',
  'rootServiceName',
  'instrumentation:name',
  'instrumentation:version',
  'span:childCount',
] as const satisfies readonly IntrinsicName[]

const READERS = COMPARED_INTRINSICS.map((name) => ({ name, read: createIntrinsicReader(name, 'first') }))

type Side = 'baseline' | 'selection'

interface ValueCounts {
  readonly label: LabelValue
  readonly counts: Float64Array
}

/** For each field by its printed name, how often it was there, and with which value. */
type FieldCounts = Map<string, { readonly totals: Float64Array; readonly byValue: Map<string, ValueCounts> }>

/**
 * `compare({…})`: for each field and value, how many spans have it, once among those that pass (`selection`) and once
 * among the others (`baseline`); and for each field, how many have it at all (`…_total`). Of each field only the
 * `topN` commonest values are told.
 */
export function createCompareTally(
  isSelected: Condition,
  topN: number,
  budget: Budget,
  buckets: number,
): Tally {
  const sides: Readonly<Record<Side, FieldCounts>> = { baseline: new Map(), selection: new Map() }
  return {
    observe: (bucket, frame) => {
      const fields = isSelected(frame) ? sides.selection : sides.baseline
      forEachField(frame, (name, value) => countValue(fields, name, value, bucket, budget, buckets))
    },
    // Whatever spans have is compared, so that no two are alike.
    observeAlike: () => {
      throw new Error('compare() takes each span by itself')
    },
    series: () => [
      ...showSide('baseline', sides.baseline, topN),
      ...showSide('selection', sides.selection, topN),
    ],
    emptySeries: () => [],
  }
}

function forEachField(frame: Frame, visit: (name: string, value: Value) => void): void {
  for (const { name, read } of READERS) visit(name, read(frame))
  const { attributes, resource, scope } = frame.span
  visitAttributes('span', attributes, visit)
  visitAttributes('resource', resource.attributes, visit)
  visitAttributes('instrumentation', scope.attributes, visit)
  if (!resource.attributes.has('service.name')) visit('resource.service.name', '')
}

function visitAttributes(
  scope: AttributeScope,
  attributes: Attributes,
  visit: (name: string, value: Value) => void,
): void {
  for (const [name, value] of attributes) {
    visit(printField({ kind: 'Attribute', scope, ofParent: false, name, at: 0 }), toValue(value))
  }
}

function countValue(
  fields: FieldCounts,
  name: string,
  value: Value,
  bucket: number,
  budget: Budget,
  buckets: number,
): void {
  if (value === undefined) return
  let field = fields.get(name)
  if (field === undefined) {
    if (!budget.takeCells(buckets)) return
    field = { totals: new Float64Array(buckets), byValue: new Map() }
    fields.set(name, field)
  }
  increment(field.totals, bucket)
  const label = toLabel(value)
  const key = valueKey(label)
  let counted = field.byValue.get(key)
  if (counted === undefined) {
    if (!budget.takeCells(buckets)) return
    counted = { label, counts: new Float64Array(buckets) }
    field.byValue.set(key, counted)
  }
  increment(counted.counts, bucket)
}

function increment(counts: Float64Array, bucket: number): void {
  counts[bucket] = (counts[bucket] ?? 0) + 1
}

/** An array cannot be a label, nor can what has no value in TraceQL; both are called nil. */
function toLabel(value: Value): LabelValue {
  return value === undefined || typeof value === 'object' ? NIL : value
}

function showSide(side: Side, fields: FieldCounts, topN: number): readonly BucketedSeries[] {
  return [...fields].flatMap(([name, { totals, byValue }]) => [
    ...topValues(byValue, topN).map(({ label, counts }) => showSeries(side, name, label, counts)),
    showSeries(`${side}_total`, name, NIL, totals),
  ])
}

function topValues(byValue: ReadonlyMap<string, ValueCounts>, topN: number): readonly ValueCounts[] {
  const sized = [...byValue.values()].map((counted) => ({ counted, size: sum(counted.counts) }))
  return sized
    .sort((left, right) => right.size - left.size)
    .slice(0, topN)
    .map(({ counted }) => counted)
}

function sum(counts: Float64Array): number {
  return counts.reduce((total, count) => total + count, 0)
}

function showSeries(metaType: string, name: string, label: LabelValue, counts: Float64Array): BucketedSeries {
  const labels = new Map<string, LabelValue>([
    [META_LABEL, metaType],
    [name, label],
  ])
  return { labels, values: counts.slice(), exemplars: [] }
}
