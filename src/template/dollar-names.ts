/** The names that templates may use; Prometheus has the same but `$traces`. */
export const VARIABLES = ['$labels', '$value', '$traces', '$externalURL'] as const
/** The same, of rules that tell what is unlike normal. */
export const ANOMALY_VARIABLES = [...VARIABLES, '$finding'] as const
export type VariableName = (typeof ANOMALY_VARIABLES)[number]

/** The names that templates of notifications may use; Alertmanager has most of them, with a capital letter. */
export const NOTIFICATION_VARIABLES = [
  '$status',
  '$receiver',
  '$alerts',
  '$firing',
  '$resolved',
  '$groupLabels',
  '$commonLabels',
  '$commonAnnotations',
  '$groupKey',
  '$note',
  '$externalURL',
] as const
export type NotificationVariable = (typeof NOTIFICATION_VARIABLES)[number]

/** Stands for `$` while Liquid reads the text: it is as long, and a letter to Liquid. */
const LETTER = '\uff04'
const NAME_START = /[A-Za-z_]/
const CLOSING: ReadonlyMap<string, string> = new Map([
  ['{{', '}}'],
  ['{%', '%}'],
])

/** The template with names that Liquid can read, every character at its place. */
export function withLiquidNames(text: string): string {
  const parts: string[] = []
  let closing: string | undefined
  let quote: string | undefined
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at)
    const pair = text.slice(at, at + 2)
    const isName = char === '$' && NAME_START.test(text.charAt(at + 1))
    parts.push(closing !== undefined && quote === undefined && isName ? LETTER : char)
    if (closing === undefined) closing = CLOSING.get(pair)
    else if (quote !== undefined) quote = char === quote ? undefined : quote
    else if (pair === closing) closing = undefined
    else if (char === '"' || char === "'") quote = char
  }
  return parts.join('')
}

export function toLiquidName(name: string): string {
  return name.replace('$', LETTER)
}

/** The name or message as the user wrote it. */
export function fromLiquidName(text: string): string {
  return text.replaceAll(LETTER, '$')
}
