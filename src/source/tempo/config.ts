/** A Tempo to watch, as its user describes it. */
export interface TempoConfig {
  /** Where its HTTP API is; a path is kept as a prefix. It holds no credentials. */
  readonly url: URL
  /** Sent with every request: tenant, authorization and whatever else a gateway wants. */
  readonly headers: Readonly<Record<string, string>>
  /** How long one of the two polls may take. */
  readonly queryTimeoutMs: number
}
