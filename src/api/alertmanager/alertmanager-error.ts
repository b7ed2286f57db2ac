/** A request that is answered with an error in Alertmanager's shape. */
export class AlertmanagerError extends Error {
  override readonly name = 'AlertmanagerError'

  constructor(
    readonly status: number,
    message: string,
    /** Where it is there the answer is an object of code and message, else the message alone. */
    readonly code?: number | undefined,
    /** The methods that are answered, where another was asked. */
    readonly allow?: string | undefined,
  ) {
    super(message)
  }

  /** What is answered, as JSON. */
  get body(): unknown {
    return this.code === undefined ? this.message : { code: this.code, message: this.message }
  }
}

/** What Alertmanager refuses before it looks at what is asked: the message comes with the status. */
export function refused(status: number, message: string): AlertmanagerError {
  return new AlertmanagerError(status, message, status)
}

/** What is asked for cannot be followed: the message alone is answered, with 400. */
export function badRequest(message: string): AlertmanagerError {
  return new AlertmanagerError(400, message)
}

/** Codes of Alertmanager for what does not have the form of its documents. */
export const FORM_CODES = { type: 601, required: 602, tooFew: 612 } as const

/** What does not have the form that it must have, answered with 422. */
export function wrongForm(code: number, message: string): AlertmanagerError {
  return new AlertmanagerError(422, message, code)
}

/** There is no silence of this id. */
export function noSilence(): AlertmanagerError {
  return new AlertmanagerError(404, 'silence not found')
}
