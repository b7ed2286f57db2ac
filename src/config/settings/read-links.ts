import type { TemplateLinks } from '../../template/template-links.js'
import { baseUrl } from '../parsers.js'
import type { KeyPath } from '../yaml/key-path.js'
import type { SettingsFile } from './settings-file.js'

/** Where templates lead to. */
export function readLinks(file: SettingsFile): TemplateLinks {
  const grafanaUrl = readUrl(file, ['links', 'grafana', 'url'])
  const datasourceUid = file.get(['links', 'grafana', 'datasource_uid'])
  const orgId = file.get(['links', 'grafana', 'org_id'])
  const jaegerUrl = readUrl(file, ['links', 'jaeger', 'url'])
  const hasGrafana = grafanaUrl !== undefined && typeof datasourceUid === 'string'
  return {
    externalUrl: readUrl(file, ['external_url']),
    grafana: hasGrafana
      ? { url: grafanaUrl, datasourceUid, orgId: typeof orgId === 'number' ? orgId : undefined }
      : undefined,
    jaeger: jaegerUrl === undefined ? undefined : { url: jaegerUrl },
  }
}

function readUrl(file: SettingsFile, path: KeyPath): URL | undefined {
  const text = file.get(path)
  if (typeof text !== 'string') return undefined
  const parsed = baseUrl(text)
  if ('value' in parsed) return parsed.value
  file.fault(path, parsed.expected)
  return undefined
}
