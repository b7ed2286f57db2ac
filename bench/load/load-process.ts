/** The process that sends the load: it takes a `LoadOrder` at a time from its parent and answers with a report. */
import { makeBodies } from './body.js'
import { sendLoad, type LoadOrder } from './send-load.js'

const BODIES = 40
const SEED = 1

const bodies = makeBodies(BODIES, SEED, Date.now())
let sequence = 0

async function answer(order: LoadOrder): Promise<void> {
  try {
    process.send?.(await sendLoad(order, bodies, () => sequence++))
  } catch (error) {
    process.send?.({ failure: String(error) })
  }
}

process.on('message', (order: LoadOrder) => void answer(order))
process.on('disconnect', () => process.exit())
