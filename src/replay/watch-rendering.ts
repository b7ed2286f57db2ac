import { describeThrown } from '../model/describe-thrown.js'
import type { RenderTemplate } from '../model/render-template.js'

/** The rendering of templates, and what went wrong with it. */
export interface WatchedRendering {
  readonly render: RenderTemplate
  /** Each fault once; the first few. */
  faults(): readonly string[]
}

const MOST_FAULTS = 20

export function watchRendering(render: RenderTemplate): WatchedRendering {
  const faults = new Set<string>()
  return {
    render: (template, facts) => {
      try {
        return render(template, facts)
      } catch (error) {
        if (faults.size < MOST_FAULTS) faults.add(`${template}: ${describeThrown(error)}`)
        throw error
      }
    },
    faults: () => [...faults],
  }
}
