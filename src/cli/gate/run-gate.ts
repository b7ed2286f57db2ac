import { openTempo } from '../../query/open-tempo.js'
import type { GateOptions, GateReport } from '../../replay/gate.js'
import { gateFile } from '../../replay/gate-file.js'
import { gateSource } from '../../replay/gate-source.js'
import { describeReplay } from '../backtest/describe-replay.js'
import type { QuerySource } from '../query/choose-source.js'
import { createFileReport } from '../query/file-report.js'
import { createProgress } from '../query/progress.js'

export interface RunGateOptions extends Omit<GateOptions, 'onProgress'> {
  readonly source: QuerySource
  readonly wait: boolean
  readonly say: (line: string) => void
  readonly stderr: { readonly isTTY?: boolean; write(text: string): unknown }
}

/** For the spans that windows can reach; as much as the embedded source takes by default. */
const MEMORY_BYTES = 256 * 1024 * 1024

/** Runs a gate over what the user named, with a bar at a terminal. */
export async function runGate(options: RunGateOptions): Promise<GateReport> {
  const { source, clock, stderr } = options
  const progress = createProgress<readonly [number, number]>({
    clock,
    write: (text) => void (stderr.isTTY === true && stderr.write(text)),
    describe: ([done, total]) => describeReplay(done, total),
  })
  const onProgress: GateOptions['onProgress'] = (done, total) => progress.show([done, total])
  try {
    return source.kind === 'file'
      ? await overFile({ ...options, onProgress }, source.path)
      : await overTempo({ ...options, onProgress }, source)
  } finally {
    progress.clear()
  }
}

type WithProgress = RunGateOptions & GateOptions

async function overTempo(
  { wait, say, ...options }: WithProgress,
  { tempo }: Extract<QuerySource, { kind: 'tempo' }>,
): Promise<GateReport> {
  const source = openTempo(tempo, options.clock)
  const onWait = (ms: number): void =>
    say(
      `waits ${Math.ceil(ms / 1000)} s until ${tempo.url.href} shows what was sent by the end; --no-wait does not`,
    )
  try {
    return await gateSource({ ...options, source, wait, onWait })
  } finally {
    await source.close()
  }
}

async function overFile(options: WithProgress, path: string): Promise<GateReport> {
  const reading = createFileReport({ ...options, path })
  try {
    return await gateFile({
      ...options,
      path,
      maxBytes: MEMORY_BYTES,
      onBadLine: (line) => reading.onBadLine(line),
      onReading: (progress) => reading.onProgress(progress),
    })
  } finally {
    reading.close()
  }
}
