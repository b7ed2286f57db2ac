import type { Act, Play } from './acts.js'
import { DemoError } from './demo-error.js'

/** A fault of the shop that may be wished for. */
interface WishedFault {
  /** As the shop takes it at `PUT /faults`. */
  readonly query: string
  readonly text: string
}

const FAULTS: ReadonlyMap<string, WishedFault> = new Map([
  ['slow', { query: 'slow=1500', text: 'checkout is slow (1.5 s)' }],
  ['errors', { query: 'errors=0.33', text: 'every third look into the inventory fails' }],
  ['error-burst', { query: 'fault=error-burst', text: 'most charges fail, at the very end of the way' }],
  ['timeout', { query: 'fault=timeout', text: 'a charge takes longer than the checkout waits for it' }],
  [
    'n-plus-one',
    { query: 'fault=n-plus-one', text: 'the inventory asks its database for each print, not for all' },
  ],
  [
    'retry-storm',
    { query: 'fault=retry-storm', text: 'charges fail, and the checkout tries again and again' },
  ],
  ['bad-version', { query: 'fault=bad-version', text: 'one instance of the inventory has a bad version' }],
  [
    'missing-call',
    { query: 'fault=missing-call', text: 'the checkout takes orders without charging for them' },
  ],
])

/** Nothing breaks but what is broken by hand. */
const NONE = 'none'

/** What can be wished for. */
export const FAULT_NAMES: readonly string[] = [...FAULTS.keys(), NONE]

/** Nobody can tell what is unusual before it is known what is usual. */
export const LEARNING: Act = {
  text: 'traffic: all well; for three minutes it is learned what is usual',
  faults: '',
  seconds: 180,
}
const BY_HAND: Act = { text: 'now break it: curl -X PUT, as above', faults: '', seconds: 86_400 }
const BROKEN_SECS = 120
const WELL_SECS = 60

/** The play about one fault: time to learn, then the fault comes and goes. Throws a `DemoError` where it is not known. */
export function playOf(name: string): Play {
  if (name === NONE) return (index) => (index === 0 ? LEARNING : BY_HAND)
  const fault = FAULTS.get(name)
  if (fault === undefined) {
    throw new DemoError(`--fault: found ${JSON.stringify(name)}, expected one of ${FAULT_NAMES.join(', ')}`)
  }
  const broken: Act = { text: `fault on: ${fault.text}`, faults: fault.query, seconds: BROKEN_SECS }
  const well: Act = { text: 'fault off: all well', faults: '', seconds: WELL_SECS }
  return (index) => {
    if (index === 0) return LEARNING
    return index % 2 === 1 ? broken : well
  }
}
