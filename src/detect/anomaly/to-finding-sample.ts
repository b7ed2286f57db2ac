import type { Finding } from '../../model/finding.js'
import type { Sample } from '../../model/rule-sample.js'

/** The sample that tells of a finding: one alert for each service that is to blame and signal. */
export function toFindingSample(finding: Finding): Sample {
  return {
    labels: new Map([
      ['service', finding.service],
      ['signal', finding.signal],
    ]),
    value: 1,
    holds: true,
    exemplars: finding.traces,
    finding,
  }
}
