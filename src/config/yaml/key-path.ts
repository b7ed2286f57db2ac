/** The way to a value of a file: keys and indices. */
export type KeyPath = readonly (string | number)[]

/** `groups[0].rules[1].for` */
export function formatPath(path: KeyPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    return text === '' ? step : `${text}.${step}`
  }, '')
}
