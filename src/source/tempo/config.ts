/** What helps a user of whom a Tempo cannot be reached. */
export interface TempoHints {
  /** What names its address, to be quoted in hints; the variable by default. */
  readonly setting?: string | undefined
  /** What to do where nothing is reached, or something else answers; undefined for what helps with a Tempo. */
  readonly hint?: string | undefined
}

/** A Tempo to watch, as its user describes it. */
export interface TempoConfig extends TempoHints {
  /** Where its HTTP API is; a path is kept as a prefix. It holds no credentials. */
  readonly url: URL
  /** Sent with every request: tenant, authorization and whatever else a gateway wants. */
  readonly headers: Readonly<Record<string, string>>
  /** How long one of the two polls may take. */
  readonly queryTimeoutMs: number
}
