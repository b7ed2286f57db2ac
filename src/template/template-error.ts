/** A template that could not be filled in. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError'
}
