import type { Anomaly, AnomalyType } from '../model/anomaly.js'
import type { Detector, Measured } from '../model/detector.js'
import type { Timestamp } from '../model/time.js'

/** Judges what its detector measured. It keeps what it must know from one check to the next. */
export interface Rule {
  readonly type: AnomalyType
  readonly detector: Detector
  /** The anomalies that are to be told now; one that was told before is not among them. */
  judge(measured: Measured, at: Timestamp): readonly Anomaly[]
}
