/** How a request is written, and so its answer too. */
export type OtlpEncoding = 'json' | 'protobuf'

export const CONTENT_TYPES: Readonly<Record<OtlpEncoding, string>> = {
  json: 'application/json',
  protobuf: 'application/x-protobuf',
}

/** The `ExportTraceServiceResponse` for a request of which `rejectedSpans` were not kept. */
export function encodeSuccess(encoding: OtlpEncoding, rejectedSpans: number, errorMessage: string): Buffer {
  if (encoding === 'json') {
    const partialSuccess = rejectedSpans === 0 ? {} : { rejectedSpans: String(rejectedSpans), errorMessage }
    return Buffer.from(JSON.stringify({ partialSuccess }))
  }
  if (rejectedSpans === 0) return Buffer.alloc(0)
  return bytesField(
    1,
    Buffer.concat([varintField(1, rejectedSpans), bytesField(2, Buffer.from(errorMessage))]),
  )
}

/** The `google.rpc.Status` for a request that was refused. */
export function encodeStatus(encoding: OtlpEncoding, code: number, message: string): Buffer {
  if (encoding === 'json') return Buffer.from(JSON.stringify({ code, message }))
  return Buffer.concat([varintField(1, code), bytesField(2, Buffer.from(message))])
}

/** As `encodeStatus` in protobuf, with a `google.rpc.RetryInfo`: the same request may be sent again after so long. */
export function encodeRetryStatus(code: number, message: string, retryAfterSeconds: number): Buffer {
  const retryInfo = bytesField(1, varintField(1, retryAfterSeconds))
  const any = [
    bytesField(1, Buffer.from('type.googleapis.com/google.rpc.RetryInfo')),
    bytesField(2, retryInfo),
  ]
  return Buffer.concat([encodeStatus('protobuf', code, message), bytesField(3, Buffer.concat(any))])
}

function varintField(number: number, value: number): Buffer {
  return Buffer.from([...varint(number * 8), ...varint(value)])
}

function bytesField(number: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes])
}

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  while (rest >= 128) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  return [...bytes, rest]
}
