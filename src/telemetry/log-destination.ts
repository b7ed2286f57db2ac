/** A place that log lines go to. */
export interface LogDestination {
  /** How it is called in a message about its failure, and in a metric. */
  readonly name: string
  /**
   * Takes a line that ends in a newline and calls `settled`, at once or later, with an error where the line is lost.
   * It may throw instead.
   */
  write(line: string, settled: (error?: Error) => void): void
}
