/** What tracebell ends with. */
export const EXIT = {
  fine: 0,
  /** Something was found that is to fail whoever asked. */
  findings: 1,
  /** Bad input or configuration; nothing was started. */
  badInput: 2,
  /** No answer, or only a part of one: a source is down, or not all could be read. */
  noVerdict: 3,
} as const
