import type { AlertFacts } from '../model/alert-instance.js'
import type { AlertingRule } from '../model/alerting-rule.js'
import { describeThrown } from '../model/describe-thrown.js'
import type { LabelSet } from '../model/label-set.js'
import type { RenderTemplate, TemplateFacts } from '../model/render-template.js'
import { MOST_EXEMPLARS, type Sample } from '../model/rule-sample.js'

/** The label that names the alert. */
export const ALERT_NAME = 'alertname'

/** No label and no annotation is longer than this, in UTF-16 units; what is longer is cut. */
export const LONGEST_TEXT = 8192

export interface Describer {
  /** Who the alert of a sample is. A label that comes out empty is no label, and one of the rule hides the sample's. */
  labels(sample: Sample): LabelSet
  facts(sample: Sample): AlertFacts
}

/**
 * Makes alerts of the samples of a rule. A template that fails does not lose the alert: its text says what is wrong, in
 * the words that Prometheus has for it, and `onFault` is told.
 */
export function createDescriber(
  rule: Pick<AlertingRule, 'alert' | 'labels' | 'annotations'>,
  render: RenderTemplate,
  onFault: (fault: TemplateFault) => void,
): Describer {
  function fill(name: string, template: string, facts: TemplateFacts): string {
    try {
      return cut(render(template, facts))
    } catch (error) {
      const message = error instanceof Error ? error.message : describeThrown(error)
      onFault({ name, message })
      return cut(`<error expanding template: ${message}>`)
    }
  }

  function labels(sample: Sample): LabelSet {
    const facts = templateFactsOf(sample)
    const all = new Map(sample.labels)
    for (const [name, template] of rule.labels) all.set(name, fill(name, template, facts))
    all.set(ALERT_NAME, rule.alert)
    return new Map([...all].filter(([, value]) => value !== ''))
  }

  function annotations(sample: Sample): LabelSet {
    const facts = templateFactsOf(sample)
    return new Map([...rule.annotations].map(([name, template]) => [name, fill(name, template, facts)]))
  }

  return {
    labels,
    facts: (sample) => ({
      labels: labels(sample),
      annotations: annotations(sample),
      value: sample.value,
      exemplars: shownOf(sample),
    }),
  }
}

/** A template that could not be filled in. */
export interface TemplateFault {
  /** The label or annotation. */
  readonly name: string
  readonly message: string
}

function templateFactsOf(sample: Sample): TemplateFacts {
  const { labels, value, finding } = sample
  return { labels, value, traces: shownOf(sample), finding }
}

/** What was found is proven by traces of its own. */
function shownOf({ exemplars, finding }: Sample): Sample['exemplars'] {
  return (finding?.traces ?? exemplars).slice(0, MOST_EXEMPLARS)
}

function cut(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT - 1)}…`
}
