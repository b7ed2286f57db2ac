import { beforeAll, describe, expect, it } from 'vitest'
import { loadRules } from '../../src/config/rules/load-rules.js'
import type { RuleGroup } from '../../src/model/alerting-rule.js'
import { SECOND_MS, type Timestamp } from '../../src/model/time.js'
import type { GroupOutcome } from '../../src/rule/rule-group.js'
import type { AlertSource, Story } from './alert-source.js'
import { shopArrivals } from './arrivals.js'
import { embeddedWindow } from './held-sources.js'
import { showAlerts } from './show-alerts.js'

const INTERVAL_MS = 15 * SECOND_MS
const BEFORE = 6
const AFTER = 7
/** Evaluations go on for so long after the last trace has started. */
export const EVALUATED_AFTER_MS = AFTER * INTERVAL_MS

/** The rules of `rules.yaml`, as the daemon reads them. */
export function loadSameRules(): readonly RuleGroup[] {
  const { groups, faults } = loadRules(['rules.yaml'], {
    folder: import.meta.dirname,
    intervalMs: INTERVAL_MS,
  })
  if (faults.length > 0) throw new Error(`rules.yaml has faults: ${JSON.stringify(faults)}`)
  return groups
}

/** Evaluations while the shop's traces come, up to this time, and some more until all is over. */
export function buildStory(end: Timestamp): Story {
  const moments = Array.from(
    { length: BEFORE + 1 + AFTER },
    (_, index) => end + (index - BEFORE) * INTERVAL_MS,
  )
  return { groups: loadSameRules(), arrivals: shopArrivals(end), moments }
}

/** Declares that the rules make the same alerts over these sources as over the embedded window. */
export function describeSameAlerts(sources: readonly AlertSource[], end: () => Timestamp): void {
  describe('the same rules over the same traces', () => {
    let story: Story
    let wanted: readonly GroupOutcome[]

    beforeAll(async () => {
      story = buildStory(end())
      wanted = await embeddedWindow.play(story)
    })

    it('make every rule fire, and most of them end', () => {
      const fired = new Set<string>()
      const ended = new Set<string>()
      for (const { alert, from, to } of wanted.flatMap(({ changes }) => changes)) {
        const name = alert.labels.get('alertname') ?? ''
        if (to === 'firing') fired.add(name)
        if (from === 'firing') ended.add(name)
      }
      const names = story.groups.flatMap(({ rules }) => rules.map(({ alert }) => alert))
      expect(names.filter((name) => !fired.has(name))).toEqual([])
      expect(ended.size).toBeGreaterThan(names.length - 4)
    })

    it.each(sources)('make the same alerts over $name', async (source) => {
      const outcomes = await source.play(story)
      const start = story.moments[0] ?? 0
      const [got, want] = [showAlerts(outcomes, start), showAlerts(wanted, start)]
      const [known, expected] = [new Set(got), new Set(want)]
      expect({
        missing: want.filter((line) => !known.has(line)),
        besides: got.filter((line) => !expected.has(line)),
      }).toEqual({ missing: [], besides: [] })
    })
  })
}
