import { constants, copyFileSync, existsSync, renameSync } from 'node:fs'
import type { Timestamp } from '../../model/time.js'

/** The files that belong to a database. */
const SUFFIXES = ['', '-wal', '-shm', '-journal']

/** Gives a damaged database a dated name that nothing has yet, and answers that. Nothing of it is changed. */
export function setAside(path: string, at: Timestamp): string {
  const aside = findFreeName(path, at)
  for (const suffix of suffixesOf(path)) renameSync(path + suffix, aside + suffix)
  return aside
}

/** Copies a database, with what belongs to it, under a dated name that nothing has yet, and answers that. */
export function copyAside(path: string, at: Timestamp): string {
  const aside = findFreeName(path, at)
  copyDatabase(path, aside)
  return aside
}

/** Copies a database with what belongs to it. Where the disk can, the copy takes no room. */
export function copyDatabase(path: string, to: string): void {
  for (const suffix of suffixesOf(path)) copyFileSync(path + suffix, to + suffix, constants.COPYFILE_FICLONE)
}

/** The files of a database that are there, by what their names end with. */
export function suffixesOf(path: string): readonly string[] {
  return SUFFIXES.filter((suffix) => existsSync(path + suffix))
}

function findFreeName(path: string, at: Timestamp): string {
  const dated = `${path}.corrupt-${new Date(at).toISOString().replaceAll(':', '-')}`
  let name = dated
  for (let turn = 2; suffixesOf(name).length > 0; turn += 1) name = `${dated}-${turn}`
  return name
}
