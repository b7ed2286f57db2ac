import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { findRuleFiles } from '../find-rule-files.js'

/** Which rule files there are, and a text that changes when one of them does. */
export interface Fingerprint {
  readonly text: string
  /** The files, as paths from the root. */
  readonly files: readonly string[]
}

export function takeFingerprint(patterns: readonly string[], folder: string): Fingerprint {
  const files = patterns
    .flatMap((pattern) => findRuleFiles(pattern, folder).files)
    .map((file) => resolve(folder, file))
  return { files, text: files.map((file) => `${file} ${describeFile(file)}`).join('\n') }
}

function describeFile(path: string): string {
  try {
    const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true })
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`
  } catch {
    return 'missing'
  }
}
