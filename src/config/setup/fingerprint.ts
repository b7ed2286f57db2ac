import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { findRuleFiles } from '../rules/find-rule-files.js'
import type { SetupFiles } from './setup.js'

/** Which files there are, and a text that changes when one of them does. */
export interface Fingerprint {
  readonly text: string
  /** The files, as paths from the root. */
  readonly files: readonly string[]
}

export function takeFingerprint({ file, patterns, folder }: SetupFiles): Fingerprint {
  const ofRules = patterns.flatMap((pattern) => findRuleFiles(pattern, folder).files)
  const files = [
    ...(file === undefined ? [] : [resolve(file)]),
    ...ofRules.map((each) => resolve(folder, each)),
  ]
  return { files, text: files.map((each) => `${each} ${describeFile(each)}`).join('\n') }
}

function describeFile(path: string): string {
  try {
    const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true })
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`
  } catch {
    return 'missing'
  }
}
