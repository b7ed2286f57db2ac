import type { BenignKind } from '../plan.js'
import { DEMANDS } from './demand.js'
import { DEPLOYS } from './deploys.js'
import { HICCUPS } from './hiccups.js'

/** All kinds of events that must not alert. */
export const BENIGN_KINDS: readonly BenignKind[] = [...DEPLOYS, ...HICCUPS, ...DEMANDS]
