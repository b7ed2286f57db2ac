import type { AnyNotification } from '../model/notification.js'
import type { Target } from '../model/outbox.js'
import { encodeFor } from './encode-for.js'
import type { NotifierKind } from './kinds.js'
import type { Integration } from './integration.js'

/** What a receiver would be sent, for people to look at. */
export interface MessagePreview {
  readonly target: Target
  readonly kind: NotifierKind
  readonly contentType: string
  /** JSON laid out, anything else as it is sent. */
  readonly text: string
  readonly bytes: number
  /** Alerts or anomalies that did not fit. */
  readonly leftOut: number
}

/** The messages that a notification becomes at an integration; none where it is of another lane or tells nothing there. */
export function previewMessage(
  integration: Integration,
  notification: AnyNotification,
): readonly MessagePreview[] {
  const { target, kind } = integration
  return encodeFor(integration, notification).map(({ message: { contentType, body, leftOut } }) => ({
    target,
    kind,
    contentType,
    text: layOut(contentType, body),
    bytes: Buffer.byteLength(body),
    leftOut,
  }))
}

function layOut(contentType: string, body: string): string {
  if (!contentType.includes('json')) return body
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2)
  } catch {
    // A template of the user's that makes none.
    return body
  }
}
