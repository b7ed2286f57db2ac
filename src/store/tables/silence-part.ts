import type { SilenceStore } from '../silence-store.js'
import { StoreError } from '../store-error.js'
import type { Core } from './core.js'

export function createSilencePart(core: Core): SilenceStore {
  const most = core.limits.silences
  return {
    loadSilences: () => core.read(() => [...core.tables.silences.values()]),
    saveSilences: (silences) =>
      core.transact((draft) => {
        for (const silence of silences) draft.put('silences', silence)
        const [before, after] = [core.tables.silences.size, draft.count('silences')]
        if (after > most && after > before)
          throw new StoreError('full', `${after} silences, ended ones among them: at most ${most} are kept`)
      }),
  }
}
