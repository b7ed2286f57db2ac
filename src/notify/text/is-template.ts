const MARK = /\{[{%]/

/** Whether a text of the user's has anything to be filled in. */
export function isTemplate(written: string): boolean {
  return MARK.test(written)
}
