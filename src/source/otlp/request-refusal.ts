/** Codes of `google.rpc.Code` that go with the statuses of refusals. */
const RPC_CODES = { 400: 3, 413: 8, 415: 3, 500: 13, 503: 14 } as const

export type RefusalStatus = keyof typeof RPC_CODES

/** Why a whole request is refused, as its sender is told. */
export class RequestRefusal extends Error {
  override readonly name = 'RequestRefusal'
  readonly status: RefusalStatus
  /** The code for the body, which is a `google.rpc.Status`. */
  readonly rpcCode: number
  /** When the sender may try again; undefined where the same request would fail again. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    status: RefusalStatus,
    message: string,
    options: ErrorOptions & { retryAfterSeconds?: number } = {},
  ) {
    super(message, options)
    this.status = status
    this.rpcCode = RPC_CODES[status]
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}
