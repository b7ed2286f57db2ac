export interface RateLimit {
  readonly notifications: number
  readonly perMs: number
}
