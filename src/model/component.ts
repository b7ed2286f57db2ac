/**
 * Anything with a beginning and an end.
 *
 * `start` returns soon and undoes a half-start before it throws. `stop` may be called twice, or before `start`.
 */
export interface Component {
  start(): Promise<void>
  stop(): Promise<void>
}
