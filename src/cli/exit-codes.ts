/** What tracebell ends with. */
export const EXIT = {
  fine: 0,
  /** Bad input or configuration; nothing was started. */
  badInput: 2,
} as const
