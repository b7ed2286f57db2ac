import type { SeriesAnswer } from './series-answer.js'

/**
 * Of an answer to `compare()`, all but what Tempo's storage makes of it: it counts the spans that lack an attribute with
 * a column of its own, and arrays once for each that differs.
 */
export function withoutColumns(answer: SeriesAnswer): SeriesAnswer {
  if ('refused' in answer) return answer
  return new Map([...answer].filter(([labels]) => !BENT.test(labels)))
}

const BENT = /(?:span\.(?:http|server|url)\.[a-z._]+|resource\.k8s\.[a-z.]+|span\.tags|span\.codes)="nil"/
