export type PrometheusErrorType = 'bad_data' | 'execution' | 'not_found' | 'internal'

/** A request that is answered with an error in Prometheus' shape. */
export class PrometheusError extends Error {
  override readonly name = 'PrometheusError'

  constructor(
    readonly status: number,
    readonly type: PrometheusErrorType,
    message: string,
  ) {
    super(message)
  }
}

/** A parameter that cannot be followed. */
export function badParameter(name: string, why: string): PrometheusError {
  return new PrometheusError(400, 'bad_data', `invalid parameter ${JSON.stringify(name)}: ${why}`)
}
