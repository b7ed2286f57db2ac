import type { Timestamp } from '../model/time.js'

/** What somebody keeps as a whole, such as the baselines of a detector. */
export interface Snapshot {
  readonly name: string
  readonly at: Timestamp
  readonly bytes: Uint8Array
}

export interface SnapshotStore {
  loadSnapshot(name: string): Promise<Snapshot | undefined>
  /** In place of the one with its name. Rejects with a `StoreError` of kind `full` where it is too large. */
  saveSnapshot(snapshot: Snapshot): Promise<void>
  removeSnapshot(name: string): Promise<void>
}
