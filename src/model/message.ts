/**
 * A notification as it is sent, made once and kept as text, so that every attempt sends the same bytes. It is plain JSON
 * and bounded in size, and holds no secret: those are read when it is delivered.
 */
export interface Message {
  readonly contentType: string
  readonly body: string
  /** What delivery needs beside the body, such as the action of an alert service. */
  readonly facts: Readonly<Record<string, string>>
  /** How many alerts or anomalies of the notification did not fit in; the body says so too, where it can. */
  readonly leftOut: number
}
