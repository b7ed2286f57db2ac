import { describe, expect, it } from 'vitest'
import { createFileReport } from './file-report.js'
import { createProgress, describeReading } from './progress.js'

const MIB = 1024 * 1024

function progressAt() {
  let now = 1_000_000
  const written: string[] = []
  const progress = createProgress({
    clock: { now: () => now },
    write: (text) => written.push(text),
    describe: describeReading,
  })
  const showAfter = (ms: number): void => {
    now += ms
    progress.show({ doneBytes: 3 * MIB, totalBytes: 12 * MIB })
  }
  return { progress, written, showAfter }
}

describe('createProgress', () => {
  it('says nothing of what takes less than two seconds', () => {
    const { progress, written, showAfter } = progressAt()
    showAfter(0)
    showAfter(1999)
    progress.clear()
    expect(written).toEqual([])
  })

  it('then shows how far it came, now and then, and takes the line away once', () => {
    const { progress, written, showAfter } = progressAt()
    showAfter(2000)
    showAfter(10)
    showAfter(250)
    progress.clear()
    progress.clear()
    expect(written).toEqual([
      ...Array.from({ length: 2 }, () => '\r\u001b[Kreading: 3.0 of 12.0 MiB'),
      '\r\u001b[K',
    ])
  })
})

describe('createFileReport', () => {
  function reportTo(isTTY: boolean) {
    let now = 0
    const [said, written]: [string[], string[]] = [[], []]
    const report = createFileReport({
      path: 'a.jsonl',
      clock: { now: () => now },
      say: (line) => said.push(line),
      stderr: { isTTY, write: (text) => written.push(text) },
    })
    const readFor = (ms: number): void => {
      now += ms
      report.onProgress({ doneBytes: MIB, totalBytes: 0 })
    }
    return { report, said, written, readFor }
  }
  const READING = {
    spans: 1,
    badLines: 0,
    refusedSpans: 0,
    lateSpans: 0,
    mayRepeat: false,
    cutOff: undefined,
  }

  it('shows progress at a terminal, and none in a pipe', () => {
    const [terminal, pipe] = [reportTo(true), reportTo(false)]
    for (const { readFor, report } of [terminal, pipe]) {
      readFor(5000)
      report.close()
    }
    expect(terminal.written).toEqual(['\r\u001b[Kreading: 1.0 MiB', '\r\u001b[K'])
    expect(pipe.written).toEqual([])
  })

  it('names the first bad lines, and sums up', () => {
    const { report, said } = reportTo(false)
    for (let number = 1; number <= 50; number += 1) report.onBadLine({ number, problem: 'bad \u001b' })
    report.tell({ ...READING, badLines: 50, refusedSpans: 2 })
    expect(said).toHaveLength(12)
    expect(said[9]).toBe(String.raw`a.jsonl:10: bad \u001b`)
    expect(said.slice(10)).toEqual([
      'a.jsonl: bad lines passed over: 50',
      'a.jsonl: spans left out, without a valid id: 2',
    ])
  })

  it('has nothing to say of a good file', () => {
    const { report, said } = reportTo(false)
    report.tell(READING)
    expect(said).toEqual([])
  })
})
