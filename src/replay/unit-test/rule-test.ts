import type { RuleGroup } from '../../model/alerting-rule.js'
import type { LabelSet } from '../../model/label-set.js'
import type { FileFault } from '../../config/yaml/file-fault.js'
import type { Silence } from '../../model/silence.js'
import type { Timestamp } from '../../model/time.js'
import type { DispatchSettings } from '../delivery/open-rehearsed.js'
import type { ExpectedTelling } from './expected-notification.js'
import type { ArrivingTrace } from './input-trace.js'

/** An alert that is expected to fire. What is undefined is not looked at. */
export interface ExpectedAlert {
  /** Without `alertname`. */
  readonly labels: LabelSet
  readonly annotations: LabelSet | undefined
  readonly value: number | undefined
}

/** What is expected at one moment of the alerts of one name. */
export interface ExpectedFiring {
  /** After the start, in milliseconds. */
  readonly atMs: number
  readonly alert: string
  readonly alerts: readonly ExpectedAlert[]
}

/** One unit test. */
export interface RuleTest {
  readonly name: string
  /** In the order of arrival. */
  readonly traces: readonly ArrivingTrace[]
  /** In the order of time. */
  readonly expected: readonly ExpectedFiring[]
  /** When it starts. */
  readonly start: Timestamp
  readonly silences: readonly Silence[]
  /** In the order of time. */
  readonly tellings: readonly ExpectedTelling[]
}

/** A file of unit tests, and the rules that they are about; or everything that is wrong with it. */
export interface RuleTestFile {
  readonly file: string
  readonly groups: readonly RuleGroup[]
  /** Who is told of what; undefined where no settings are named. */
  readonly settings: DispatchSettings | undefined
  /** Empty where there are faults. */
  readonly tests: readonly RuleTest[]
  readonly faults: readonly FileFault[]
}
