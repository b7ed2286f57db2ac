import type { DeliveryReport, RehearsedMessage } from '../../replay/delivery/delivery-report.js'

/** Who would have been told of what, as machines read it. */
export function encodeDelivery({ messages, unkept, ...counts }: DeliveryReport): object {
  return {
    ...counts,
    messages: messages.map(encodeMessage),
    ...(unkept === 0 ? {} : { messagesLeftOut: unkept }),
  }
}

function encodeMessage({ at, receiver, target, groupKey, group, message }: RehearsedMessage): object {
  const { contentType, body, leftOut } = message
  return {
    at: new Date(at).toISOString(),
    receiver,
    target,
    ...(group === undefined ? {} : { groupKey, ...group, labels: Object.fromEntries(group.labels) }),
    contentType,
    body,
    ...(leftOut === 0 ? {} : { alertsLeftOut: leftOut }),
  }
}
