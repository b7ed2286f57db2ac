const LONGEST_MS = 60_000

/** What can be switched on beside slowness and errors: `PUT /faults?fault=n-plus-one`. */
export const SWITCHES = [
  /** Most charges fail, at the very end of the way. */
  'error-burst',
  /** A charge takes longer than the checkout waits for it. */
  'timeout',
  /** The inventory asks its database for each print instead of for all. */
  'n-plus-one',
  /** Charges fail, and the checkout tries again and again. */
  'retry-storm',
  /** One of the two instances of the inventory has a new version, which fails. */
  'bad-version',
  /** The checkout takes orders without charging for them. */
  'missing-call',
]

const NONE = { slowMs: 0, errorShare: 0, switches: new Set() }

/**
 * What goes wrong on purpose: `slowMs` is how much longer the checkout takes, `errorShare` (0 to 1) the share of
 * requests whose look into the inventory fails, and `has` tells of the switches. Nothing goes wrong at first.
 */
export function createFaults() {
  let current = NONE
  return {
    get slowMs() {
      return current.slowMs
    },
    get errorShare() {
      return current.errorShare
    },
    get switches() {
      return [...current.switches]
    },
    has: (name) => current.switches.has(name),
    /**
     * Sets all of it from a query such as `slow=1500&errors=0.5&fault=timeout`; what is left out is switched off. Answers
     * what is wrong.
     */
    set(query) {
      const slowMs = Number(query.get('slow') ?? 0)
      const errorShare = Number(query.get('errors') ?? 0)
      const switches = query.getAll('fault')
      const unknown = switches.find((name) => !SWITCHES.includes(name))
      if (!(slowMs >= 0 && slowMs <= LONGEST_MS)) return `slow: expected milliseconds from 0 to ${LONGEST_MS}`
      if (!(errorShare >= 0 && errorShare <= 1)) return 'errors: expected a share from 0 to 1'
      if (unknown !== undefined) return `fault: expected one of ${SWITCHES.join(', ')}`
      current = { slowMs, errorShare, switches: new Set(switches) }
      return undefined
    },
  }
}
