import { accessSync, constants, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { describeFileError } from '../../model/describe-file-error.js'
import type { FileFault } from '../yaml/file-fault.js'
import type { KeyPath } from '../yaml/key-path.js'
import type { DeliverySettings } from './read-delivery.js'

/** Files that are read once, when a receiver is made; those with secrets are read for each attempt. */
const READ_AT_ONCE = new Set(['ca_file', 'cert_file', 'key_file'])

/** Faults for the files that receivers need to be made at all, and that cannot be read. */
export function findUnreadFiles(delivery: DeliverySettings | undefined): readonly FileFault[] {
  if (delivery === undefined) return []
  return filesIn(delivery.receivers, ['receivers']).flatMap(({ file, path }) => {
    const reason = findReason(resolve(delivery.folder, file))
    if (reason === undefined) return []
    const problem = `found ${JSON.stringify(file)}, ${reason}; expected a file that can be read`
    return [{ ...delivery.describePlace(path), problem }]
  })
}

interface NamedFile {
  readonly file: string
  readonly path: KeyPath
}

function filesIn(value: unknown, path: KeyPath): readonly NamedFile[] {
  if (Array.isArray(value)) return value.flatMap((each, index) => filesIn(each, [...path, index]))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]: [string, unknown]) =>
    READ_AT_ONCE.has(key) && typeof each === 'string'
      ? [{ file: each, path: [...path, key] }]
      : filesIn(each, [...path, key]),
  )
}

function findReason(path: string): string | undefined {
  try {
    if (!statSync(path).isFile()) return 'is no file'
    accessSync(path, constants.R_OK)
    return undefined
  } catch (error) {
    return describeFileError(error)
  }
}
