import type { Store } from '../store.js'
import type { Core } from './core.js'
import { createDispatchPart } from './dispatch-part.js'
import { createOutboxPart } from './outbox-part.js'
import { createRulePart } from './rule-part.js'
import { createSilencePart } from './silence-part.js'
import { createSnapshotPart } from './snapshot-part.js'
import { sweep } from './sweep.js'

/** All parts of a store over the same tables, but its life. */
export function createParts(core: Core): Omit<Store, 'health' | 'close'> {
  return {
    ...createRulePart(core),
    ...createDispatchPart(core),
    ...createOutboxPart(core),
    ...createSilencePart(core),
    ...createSnapshotPart(core),
    sweep: (at) => sweep(core, at),
  }
}
