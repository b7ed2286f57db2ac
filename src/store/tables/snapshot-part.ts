import type { SnapshotStore } from '../snapshot-store.js'
import { StoreError } from '../store-error.js'
import type { Core } from './core.js'
import { toKey } from './tables.js'

export function createSnapshotPart(core: Core): SnapshotStore {
  const { snapshots, snapshotBytes } = core.limits
  return {
    loadSnapshot: (name) =>
      core.read(() => {
        const found = core.tables.snapshots.get(toKey(name))
        return found && { ...found, bytes: found.bytes.slice() }
      }),
    removeSnapshot: (name) => core.transact((draft) => draft.remove('snapshots', toKey(name))),
    saveSnapshot: ({ name, at, bytes }) =>
      core.transact((draft) => {
        if (bytes.byteLength > snapshotBytes)
          throw new StoreError(
            'full',
            `snapshot ${name} has ${bytes.byteLength} bytes: at most ${snapshotBytes} are kept`,
          )
        draft.put('snapshots', { name, at, bytes: bytes.slice() })
        if (draft.count('snapshots') > snapshots)
          throw new StoreError('full', `snapshot ${name} is one too many: at most ${snapshots} are kept`)
      }),
  }
}
