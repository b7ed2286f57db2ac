/** Where people look at a trace; what is undefined makes no link. */
export interface TemplateLinks {
  /** `$externalURL`: where this tracebell is reached. */
  readonly externalUrl?: URL | undefined
  readonly grafana?: GrafanaLink | undefined
  readonly jaeger?: JaegerLink | undefined
}

export interface GrafanaLink {
  /** The address of Grafana, with the path that it is served under. */
  readonly url: URL
  /** The uid of the Tempo data source. */
  readonly datasourceUid: string
  readonly orgId?: number | undefined
}

export interface JaegerLink {
  /** The address of Jaeger's UI, with the path that it is served under. */
  readonly url: URL
}
