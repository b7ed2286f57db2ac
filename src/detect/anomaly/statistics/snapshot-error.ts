/** What was learned and kept cannot be read: its bytes are damaged, or another version wrote them. Learn anew. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError'
}
