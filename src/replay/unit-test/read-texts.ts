import type { KeyPath } from '../../config/yaml/key-path.js'
import type { YamlFile } from '../../config/yaml/yaml-file.js'
import type { LabelSet } from '../../model/label-set.js'

/** Numbers and truth values as they were written. */
export function readTexts(
  texts: Readonly<Record<string, string | number | boolean>> | undefined,
  path: KeyPath,
  yaml: YamlFile,
): LabelSet {
  return new Map(
    Object.entries(texts ?? {}).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : (yaml.textOf([...path, name]) ?? String(value)),
    ]),
  )
}
