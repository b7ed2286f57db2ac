import type { Summary } from './summary.js'

/** What each detector came to, by its name. */
export type Summaries = ReadonlyMap<string, Summary>

/** A table for people, in Markdown: one line a detector. */
export function formatOverview(summaries: Summaries): string {
  const rows = [...summaries].map(([name, summary]) => [
    name,
    `${summary.detected} of ${summary.faults}`,
    summary.incidentF1.toFixed(2),
    summary.falseIncidentsPerHour.toFixed(1),
    formatSecs(summary.detectedAfterSecs.p50),
    formatSecs(summary.detectedAfterSecs.p90),
    formatShare(summary.namedRightShare),
  ])
  return formatTable(['', 'detected', 'F1', 'false incidents/h', 'after, p50', 'p90', 'top-1'], rows)
}

/** The same by kind of fault: detected, and in brackets how many of these were blamed on the right service. */
export function formatKinds(summaries: Summaries): string {
  const names = [...summaries.keys()]
  const types = [...new Set([...summaries.values()].flatMap(({ byType }) => Object.keys(byType)))].toSorted()
  const rows = types.map((type) => {
    const counts = names.map((name) => summaries.get(name)?.byType[type])
    return [
      type,
      String(counts[0]?.faults ?? 0),
      ...counts.map((count) => `${count?.detected ?? 0} (${count?.namedRight ?? 0})`),
    ]
  })
  return formatTable(['fault', 'faults', ...names], rows)
}

/** What else went on when the false incidents of a detector began. */
export function formatFalse({ falseBy }: Summary): string {
  const parts = Object.entries(falseBy).map(([type, count]) => `${count} with ${type}`)
  return parts.length === 0 ? 'none' : parts.join(', ')
}

function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function formatSecs(secs: number | undefined): string {
  return secs === undefined ? '-' : `${Math.round(secs)} s`
}

function formatShare(share: number | undefined): string {
  return share === undefined ? '-' : `${Math.round(share * 100)} %`
}
