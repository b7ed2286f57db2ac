import type { AnomalyRule } from '../../model/alerting-rule.js'
import { SIGNALS } from '../../model/finding.js'
import type { LabelSet } from '../../model/label-set.js'
import { MINUTE_MS } from '../../model/time.js'
import { toDurationMs } from '../../schema/duration.js'
import type { AnomalyConfig } from './anomaly-schema.js'

/** What is particular to a rule on what is unlike normal. */
export type AnomalyParts = Pick<
  AnomalyRule,
  | 'kind'
  | 'expr'
  | 'windowMs'
  | 'queryOffsetMs'
  | 'resolveWhen'
  | 'signals'
  | 'sensitivity'
  | 'minTraffic'
  | 'warmUpMs'
>

const DEFAULT_MIN_TRAFFIC = 20
const DEFAULT_WARM_UP_MS = 2 * MINUTE_MS
/** It has no window: what is normal is learned as spans come. This is what a source must hold for it. */
const HELD_MS = MINUTE_MS

/** What stands under `anomaly`, with every default filled in. */
export function buildAnomaly(config: AnomalyConfig): AnomalyParts {
  const settings = config === 'default' ? {} : config
  const { signals = SIGNALS, where = '{ }', sensitivity = 'medium', warm_up: warmUp } = settings
  return {
    kind: 'anomaly',
    expr: where.trim(),
    windowMs: HELD_MS,
    queryOffsetMs: 0,
    resolveWhen: undefined,
    signals: SIGNALS.filter((signal) => signals.includes(signal)),
    sensitivity,
    minTraffic: settings.min_traffic ?? DEFAULT_MIN_TRAFFIC,
    warmUpMs: warmUp === undefined ? DEFAULT_WARM_UP_MS : toDurationMs(warmUp),
  }
}

/** What is told of an alert where its rule has no annotations: why, and everything else that was found. */
export const ANOMALY_ANNOTATIONS: LabelSet = new Map([
  ['summary', '{{ $finding.sentence | default: "what is unlike normal cannot be told" }}'],
  [
    'description',
    '{% for sentence in $finding.evidence %}{{ sentence }}\n{% endfor %}' +
      '{% if $finding %}Most likely to blame: {{ $finding.candidates | join: ", " }}{% endif %}',
  ],
])
