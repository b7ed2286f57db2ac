import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeDataFolder } from '../../../test/store-contract/sqlite-drivers.js'
import { T0 } from '../../../test/store-contract/samples.js'
import { createTestClock, type TestClock } from '../../../test/test-clock.js'
import { SECOND_MS } from '../../model/time.js'
import { takeLock, type Lock } from './lock-file.js'
import { identifyThisProcess, isAlive, type ProcessIdentity } from './process-identity.js'

const self = identifyThisProcess()
const LINUX = self.begun !== ''

/** A process that lives until the test ends. */
function startProcess(): number {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child.pid ?? 0
}

/** A number that a process had that has ended. */
async function findUnusedPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' })
  await once(child, 'close')
  return child.pid ?? 0
}

/** The number of a process that has ended and that its parent, which knows nothing of it, has not asked how. */
async function startZombie(): Promise<number> {
  const script = 'sleep 1000 & echo $!; exec sleep 1000'
  const parent = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] })
  onTestFinished(() => void parent.kill('SIGKILL'))
  const [line]: unknown[] = await once(parent.stdout, 'data')
  const pid = Number(String(line))
  while (!readFileSync(`/proc/${parent.pid}/stat`, 'utf8').includes('(sleep)')) await setImmediate()
  process.kill(pid, 'SIGKILL')
  while (!readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')) await setImmediate()
  return pid
}

async function lockPath(): Promise<string> {
  return join(await makeDataFolder(), 'lock')
}

async function take(path: string, clock: TestClock, waits: string[] = []): Promise<Lock> {
  const lock = await takeLock({ path, clock, onWait: (holder) => waits.push(holder) })
  onTestFinished(() => lock.release())
  return lock
}

/** Leaves a lock as a process does that is killed, touched so long ago. */
function leaveLock(path: string, holder: Partial<ProcessIdentity>, agoMs = 0): void {
  writeFileSync(path, JSON.stringify({ ...self, nonce: 'other', ...holder }))
  utimesSync(path, (T0 - agoMs) / SECOND_MS, (T0 - agoMs) / SECOND_MS)
}

function isOurs(path: string): boolean {
  const text = readFileSync(path, 'utf8')
  return (
    text.includes(`"pid":${process.pid},`) && text.includes(self.boot) && !text.includes('"nonce":"other"')
  )
}

describe('takeLock', () => {
  it('makes a file that goes when the lock is released', async () => {
    const [path, clock] = [await lockPath(), createTestClock(T0)]
    const lock = await take(path, clock)
    expect(isOurs(path)).toBe(true)
    lock.release()
    lock.release()
    await clock.advance(0)
    expect(existsSync(path)).toBe(false)
    expect(clock.sleeping).toBe(0)
  })

  it('refuses a second one in the same process, and takes it after the first', async () => {
    const [path, clock] = [await lockPath(), createTestClock(T0)]
    const lock = await take(path, clock)
    await expect(take(path, clock)).rejects.toThrow(`${path} is held by this process`)
    lock.release()
    await take(path, clock)
    expect(isOurs(path)).toBe(true)
  })

  it('refuses one that a living process has', async () => {
    const path = await lockPath()
    const pid = startProcess()
    leaveLock(path, { pid, begun: '' })
    await expect(take(path, createTestClock(T0))).rejects.toMatchObject({
      kind: 'in-use',
      message: `${path} is held by process ${pid} on ${self.host}: two may not share a data directory`,
    })
    expect(existsSync(path)).toBe(true)
  })

  it('takes the lock of a process that was killed', async () => {
    const path = await lockPath()
    leaveLock(path, { pid: await findUnusedPid() })
    await take(path, createTestClock(T0))
    expect(isOurs(path)).toBe(true)
  })

  it.skipIf(!LINUX)('takes the lock of a killed process that its parent has not asked for', async () => {
    const path = await lockPath()
    leaveLock(path, { pid: await startZombie(), begun: '' })
    await take(path, createTestClock(T0))
    expect(isOurs(path)).toBe(true)
  })

  it('takes the lock of a killed process that had our own number, as in a container', async () => {
    const path = await lockPath()
    leaveLock(path, {})
    await take(path, createTestClock(T0))
    expect(isOurs(path)).toBe(true)
  })

  it.skipIf(!LINUX)('takes the lock of a process whose number another has now', async () => {
    const path = await lockPath()
    leaveLock(path, { pid: startProcess(), begun: '1' })
    await take(path, createTestClock(T0))
    expect(isOurs(path)).toBe(true)
  })

  it('takes the lock of a process from before the machine started', async () => {
    const path = await lockPath()
    leaveLock(path, { pid: startProcess(), boot: 'before' })
    await take(path, createTestClock(T0))
    expect(isOurs(path)).toBe(true)
  })

  describe('of a process that cannot be asked for', () => {
    it.each([
      ['in another container', { space: 'pid:[1]' }],
      ['on another machine', { boot: 'another', host: 'another' }],
    ])('%s waits, and takes it where nobody touches it', async (_, holder) => {
      const [path, clock, waits] = [await lockPath(), createTestClock(T0), Array<string>()]
      leaveLock(path, holder)
      const taken = take(path, clock, waits)
      await clock.advance(20 * SECOND_MS)
      await taken
      expect(waits).toHaveLength(1)
    })

    it('takes it at once where nobody has touched it for long', async () => {
      const [path, clock, waits] = [await lockPath(), createTestClock(T0), Array<string>()]
      leaveLock(path, { space: 'pid:[1]' }, 21 * SECOND_MS)
      await take(path, clock, waits)
      expect(waits).toEqual([])
    })

    it('refuses it where somebody touches it', async () => {
      const [path, clock] = [await lockPath(), createTestClock(T0)]
      leaveLock(path, { space: 'pid:[1]' })
      const outcome = take(path, clock).catch((error: unknown) => error)
      await clock.advance(10 * SECOND_MS)
      utimesSync(path, clock.now() / SECOND_MS, clock.now() / SECOND_MS)
      await clock.advance(10 * SECOND_MS)
      expect(await outcome).toMatchObject({ kind: 'in-use' })
    })

    it.each(['', '{', '[]', '{"pid":"1"}'])('or is not known waits too: %j', async (text) => {
      const [path, clock, waits] = [await lockPath(), createTestClock(T0), Array<string>()]
      writeFileSync(path, text)
      utimesSync(path, T0 / SECOND_MS, T0 / SECOND_MS)
      const taken = take(path, clock, waits)
      await clock.advance(20 * SECOND_MS)
      await taken
      expect(waits).toEqual(['a process that is not known'])
    })
  })

  it('is touched while it is held, so that others can see that', async () => {
    const [path, clock] = [await lockPath(), createTestClock(T0)]
    await take(path, clock)
    expect(statSync(path).mtimeMs).toBe(T0)
    await clock.advance(61 * SECOND_MS)
    expect(statSync(path).mtimeMs).toBe(T0 + 60 * SECOND_MS)
  })
})

describe('isAlive', () => {
  it('knows this process for none but itself', () => {
    expect(isAlive(self, self)).toBe(false)
  })

  it.skipIf(!LINUX)('knows a process by its number and its beginning', () => {
    const parent = { ...self, pid: process.ppid, begun: '' }
    expect(isAlive(parent, self)).toBe(true)
    expect(isAlive({ ...parent, begun: '1' }, self)).toBe(false)
  })
})
