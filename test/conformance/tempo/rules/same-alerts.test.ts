import { SECOND_MS } from '../../../../src/model/time.js'
import { findPeer } from '../../../peers/find-peer.js'
import { describeSameAlerts, EVALUATED_AFTER_MS } from '../../../same-rules/same-alerts.js'
import { embeddedTempoApi, replayedFile } from '../../../same-rules/held-sources.js'
import { realTempo } from './tempo-source.js'

const binary = findPeer('tempo')
if (binary === undefined) console.log('skipped: no Tempo binary (set TEMPO_BIN)')

const STEP_MS = 15 * SECOND_MS

// No evaluation of the story lies in the future, of which a Tempo refuses to tell.
describeSameAlerts(
  [replayedFile, embeddedTempoApi, ...(binary === undefined ? [] : [realTempo(binary)])],
  () => Math.floor(Date.now() / STEP_MS) * STEP_MS - EVALUATED_AFTER_MS,
)
