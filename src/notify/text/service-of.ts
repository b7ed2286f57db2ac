import type { LabelSet } from '../../model/label-set.js'
import { cleanLine } from './clean-text.js'

const SERVICE_LABELS = [
  'service',
  'service.name',
  'service_name',
  'resource.service.name',
  'rootServiceName',
  'job',
]

/** The service that labels tell of; undefined where they tell of none. */
export function serviceOf(labels: LabelSet): string | undefined {
  const service = SERVICE_LABELS.map((name) => labels.get(name)).find(
    (value) => value !== undefined && value !== '',
  )
  const clean = service === undefined ? '' : cleanLine(service, 200)
  return clean === '' ? undefined : clean
}
