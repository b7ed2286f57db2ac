import { existsSync, renameSync } from 'node:fs'
import type { Timestamp } from '../../model/time.js'

/** The files that belong to a database. */
const SUFFIXES = ['', '-wal', '-shm', '-journal']

/** Gives a damaged database a dated name that nothing has yet, and answers that. Nothing of it is changed. */
export function setAside(path: string, at: Timestamp): string {
  const dated = `${path}.corrupt-${new Date(at).toISOString().replaceAll(':', '-')}`
  let aside = dated
  for (let turn = 2; SUFFIXES.some((suffix) => existsSync(aside + suffix)); turn += 1)
    aside = `${dated}-${turn}`
  for (const suffix of SUFFIXES) if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix)
  return aside
}
