/** What is wrong with a template. */
export interface TemplateFault {
  /** Offset into the template in UTF-16 units. */
  readonly at: number
  readonly problem: string
  /** A word that is not known, and those that are, for who wants to guess what was meant. */
  readonly unknown?: { readonly word: string; readonly known: readonly string[] } | undefined
}
