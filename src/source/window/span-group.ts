import type { InstrumentationScope, Resource } from '../../model/span.js'
import type { SharedPart } from './shared-parts.js'

/** What the spans of one `ScopeSpans` have in common. */
export interface SpanGroup {
  readonly resource: SharedPart<Resource>
  readonly scope: SharedPart<InstrumentationScope>
}
