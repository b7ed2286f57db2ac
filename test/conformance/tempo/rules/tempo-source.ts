import { createMeasureAtSource } from '../../../../src/detect/pushdown/measure-at-source.js'
import { MINUTE_MS, SECOND_MS } from '../../../../src/model/time.js'
import { openTempo } from '../../../open-tempo.js'
import { startRealTempo } from '../../../peers/tempo.js'
import type { AlertSource } from '../../../same-rules/alert-source.js'
import type { Arrival } from '../../../same-rules/arrivals.js'
import { evaluateStory } from '../../../same-rules/evaluate-story.js'
import { tracesOf } from '../differential/search-here.js'
import { sendAll } from '../differential/search-tempo.js'
import { untilCounted } from '../pushdown/until-counted.js'

const LATENESS_MS = 2 * MINUTE_MS

/** A real Tempo, which is sent what comes, and asked once it shows all of that. */
export function realTempo(binary: string): AlertSource {
  return {
    name: 'a real Tempo',
    play: async (story) => {
      const tempo = await startRealTempo(binary, {
        quickToShow: true,
        quickToComplete: true,
        takesOldSpans: true,
      })
      const source = openTempo(new URL(tempo.url))
      const sent: Arrival[] = []
      try {
        return await evaluateStory(story, {
          measure: createMeasureAtSource({ source, latenessMs: LATENESS_MS }),
          take: async (arrivals) => {
            sent.push(...arrivals)
            await sendAll(
              tempo,
              arrivals.map(({ request }) => request),
            )
            await untilCounted(tempo, wholeStep(story.moments), tracesOf(sent.map(({ request }) => request)))
          },
        })
      } finally {
        await source.close()
        await tempo.stop()
      }
    },
  }
}

const wholeStep = (moments: readonly number[]): number =>
  Math.ceil((moments.at(-1) ?? 0) / (15 * SECOND_MS)) * 15 * SECOND_MS
