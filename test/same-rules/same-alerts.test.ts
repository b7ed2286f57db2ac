import { embeddedTempoApi, replayedFile } from './held-sources.js'
import { describeSameAlerts } from './same-alerts.js'

/** On a whole step, so that sources with steps look at the same windows: 2026-11-24T08:45:00Z. */
const END = Date.UTC(2026, 10, 24, 8, 45)

describeSameAlerts([replayedFile, embeddedTempoApi], () => END)
