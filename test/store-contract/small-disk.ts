import { spawnSync } from 'node:child_process'
import { onTestFinished } from 'vitest'
import { makeDataFolder } from './sqlite-drivers.js'

/** Whether a disk can be mounted here: only by root, and not in every container. */
export const CAN_MOUNT = process.getuid?.() === 0 && tryMount()

/** A disk of its own with so much room, let go when the test ends. */
export async function mountSmallDisk(kib: number): Promise<string> {
  const folder = await makeDataFolder()
  mount('-t', 'tmpfs', '-o', `size=${kib}k`, 'tracebell-test', folder)
  onTestFinished(() => void spawnSync('umount', ['-l', folder]))
  return folder
}

/** From now on nothing can be written to it. */
export function remountReadOnly(folder: string): void {
  mount('-o', 'remount,ro', folder)
}

function mount(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`mount ${args.join(' ')}: ${stderr}`)
}

function tryMount(): boolean {
  const inNewSpace = ['-m', 'mount', '-t', 'tmpfs', 'tracebell-test', '/mnt']
  return spawnSync('unshare', inNewSpace).status === 0
}
