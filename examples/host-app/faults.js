const LONGEST_MS = 60_000

/**
 * What goes wrong on purpose: `slowMs` is how much longer the checkout takes, and `errorShare` (0 to 1) the share of
 * requests whose look into the inventory fails. Nothing does at first.
 */
export function createFaults() {
  let current = { slowMs: 0, errorShare: 0 }
  return {
    get slowMs() {
      return current.slowMs
    },
    get errorShare() {
      return current.errorShare
    },
    /** Sets both from a query such as `slow=1500&errors=0.5`; what is left out is switched off. Answers what is wrong. */
    set(query) {
      const slowMs = Number(query.get('slow') ?? 0)
      const errorShare = Number(query.get('errors') ?? 0)
      if (!(slowMs >= 0 && slowMs <= LONGEST_MS)) return `slow: expected milliseconds from 0 to ${LONGEST_MS}`
      if (!(errorShare >= 0 && errorShare <= 1)) return 'errors: expected a share from 0 to 1'
      current = { slowMs, errorShare }
      return undefined
    },
  }
}
