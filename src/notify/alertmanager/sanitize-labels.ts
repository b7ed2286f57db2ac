import type { LabelSet } from '../../model/label-set.js'

const CLASSIC = /^[a-zA-Z_][a-zA-Z0-9_]*$/

/**
 * Labels with names that every Alertmanager takes: any other character becomes `_`. Where two names become one, that which
 * was so from the start keeps it and the others grow by `_`, so that no label is lost and two alerts stay two.
 */
export function sanitizeLabels(labels: LabelSet): LabelSet {
  const sanitized = new Map([...labels].filter(([name]) => CLASSIC.test(name)))
  const others = [...labels.keys()].filter((name) => !CLASSIC.test(name)).toSorted()
  for (const name of others) sanitized.set(toFreeName(name, sanitized), labels.get(name) ?? '')
  return sanitized
}

function toFreeName(name: string, taken: LabelSet): string {
  let free = `${/^[0-9]/.test(name) ? '_' : ''}${name.replaceAll(/[^a-zA-Z0-9_]/g, '_')}`
  if (free === '') free = '_'
  while (taken.has(free)) free += '_'
  return free
}
