import { setImmediate as nextTurn } from 'node:timers/promises'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createStreamDestination } from './stream-destination.js'

const settled = (): void => {}

describe('createStreamDestination', () => {
  it('loses lines, not the process, once the reader of a pipe has gone away', async () => {
    const reader = spawn('true', { stdio: ['pipe', 'ignore', 'ignore'] })
    await once(reader, 'exit')
    const destination = createStreamDestination({ name: 'stdout', stream: reader.stdin })
    const writeLine = (): Promise<unknown> =>
      new Promise((resolve) => {
        destination.write('a line\n', resolve)
      })
    // The pipe may take the first lines before the system tells that nobody reads.
    let lost: unknown
    for (let line = 0; line < 100 && lost === undefined; line += 1) lost = await writeLine()
    expect(lost).toBeInstanceOf(Error)
    expect(await writeLine()).toBeInstanceOf(Error)
  })

  it('loses lines while the reader is slow, and bounds what waits', () => {
    const taken: string[] = []
    const stream = new Writable({
      decodeStrings: false,
      write: (chunk: string) => {
        taken.push(chunk)
      },
    })
    const destination = createStreamDestination({ name: 'stdout', stream, maxWaitingBytes: 10 })
    destination.write('123456\n', settled)
    destination.write('123456\n', settled)
    expect(() => {
      destination.write('lost\n', settled)
    }).toThrow('its reader is too slow: 14 bytes wait')
    expect(taken).toEqual(['123456\n'])
  })

  it('leaves the stream as it was after close, when nothing that was written can fail any more', async () => {
    const stream = new Writable({ write: (_chunk, _encoding, done) => done() })
    const destination = createStreamDestination({ name: 'stdout', stream })
    expect(stream.listenerCount('error')).toBe(1)
    destination.close()
    expect(stream.listenerCount('error')).toBe(1)
    await nextTurn()
    await nextTurn()
    expect(stream.listenerCount('error')).toBe(0)
    expect(stream.writableEnded).toBe(false)
  })
})
