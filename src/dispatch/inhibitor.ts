import type { Alert } from '../model/alert.js'
import type { InhibitRule } from '../model/inhibit-rule.js'
import { toFingerprint, type Fingerprint, type LabelSet } from '../model/label-set.js'
import type { MuteReason, Muter } from '../model/muter.js'
import type { Timestamp } from '../model/time.js'
import { compileMatchers, type LabelPredicate } from './compile-matchers.js'
import { isFiringAt } from './held-alert.js'

/** Mutes alerts while others fire that say the same or more. */
export interface Inhibitor {
  /** Takes note of an alert that is new or has changed. */
  update(alert: Alert): void
  /** Forgets an alert. */
  remove(fingerprint: Fingerprint, labels: LabelSet): void
  readonly mutes: Muter
}

interface Rule {
  readonly isSource: LabelPredicate
  readonly isTarget: LabelPredicate
  readonly equal: readonly string[]
  /** The alerts that the source matches, by their values of the `equal` labels. */
  readonly sources: Map<string, Map<Fingerprint, Alert>>
}

/** Throws `InvalidMatcher`. */
export function createInhibitor(rules: readonly InhibitRule[]): Inhibitor {
  const compiled = rules.map((rule): Rule => ({
    isSource: compileMatchers(rule.sourceMatchers),
    isTarget: compileMatchers(rule.targetMatchers),
    equal: rule.equal,
    sources: new Map(),
  }))

  return {
    update: (alert) => {
      for (const rule of compiled) if (rule.isSource(alert.labels)) noteSource(rule, alert)
    },
    remove: (fingerprint, labels) => {
      for (const rule of compiled) if (rule.isSource(labels)) removeSource(rule, fingerprint, labels)
    },
    mutes: (labels, at) => {
      for (const [index, rule] of compiled.entries()) {
        const source = findSource(rule, labels, at)
        if (source !== undefined) return toReason(source, index)
      }
      return undefined
    },
  }
}

function noteSource(rule: Rule, alert: Alert): void {
  const key = toEqualKey(rule, alert.labels)
  const alike = rule.sources.get(key) ?? new Map<Fingerprint, Alert>()
  alike.set(toFingerprint(alert.labels), alert)
  rule.sources.set(key, alike)
}

function removeSource(rule: Rule, fingerprint: Fingerprint, labels: LabelSet): void {
  const key = toEqualKey(rule, labels)
  const alike = rule.sources.get(key)
  alike?.delete(fingerprint)
  if (alike?.size === 0) rule.sources.delete(key)
}

/** An alert that both sides match is muted by none that both match too: else alerts could mute each other, or themselves. */
function findSource(rule: Rule, labels: LabelSet, at: Timestamp): Alert | undefined {
  if (!rule.isTarget(labels)) return undefined
  const alike = rule.sources.get(toEqualKey(rule, labels))
  if (alike === undefined) return undefined
  const isTwoSided = rule.isSource(labels)
  for (const alert of alike.values()) {
    if (isFiringAt(alert, at) && !(isTwoSided && rule.isTarget(alert.labels))) return alert
  }
  return undefined
}

/** A label that is not there has an empty value. */
function toEqualKey({ equal }: Rule, labels: LabelSet): string {
  return JSON.stringify(equal.map((name) => labels.get(name) ?? ''))
}

function toReason({ labels }: Alert, rule: number): MuteReason {
  return { kind: 'inhibition', source: labels, rule }
}
