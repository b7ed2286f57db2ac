/** What stands between `{{` and `}}`. */
export interface OutputText {
  readonly text: string
  /** Where it begins. */
  readonly at: number
}

/** The outputs of a template; what is not closed ends with the template. */
export function findOutputs(template: string): readonly OutputText[] {
  const outputs: OutputText[] = []
  for (let open = template.indexOf('{{'); open !== -1;) {
    const at = open + 2
    const close = template.indexOf('}}', at)
    const end = close === -1 ? template.length : close
    outputs.push({ text: template.slice(at, end), at })
    open = template.indexOf('{{', end)
  }
  return outputs
}
