/** The way to a value of a file: keys and indices. */
export type KeyPath = readonly (string | number)[]

const SHOWN_CHARACTERS = 80

/** `groups[0].rules[1].for` */
export function formatPath(path: KeyPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    const shown = step.length > SHOWN_CHARACTERS ? `${step.slice(0, SHOWN_CHARACTERS)}…` : step
    return text === '' ? shown : `${text}.${shown}`
  }, '')
}
