import type { Silence } from '../model/silence.js'

export interface SilenceStore {
  /** Those that have not been over for so long that they were let go. */
  loadSilences(): Promise<readonly Silence[]>
  /**
   * Keeps silences as a whole, each in place of the one with its id: an update that ends one and creates another is one
   * change. Rejects with a `StoreError` of kind `full`, keeping nothing, where there are too many.
   */
  saveSilences(silences: readonly Silence[]): Promise<void>
}
