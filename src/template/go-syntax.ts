import { findOutputs } from './outputs.js'
import type { TemplateFault } from './template-fault.js'

interface GoHint {
  readonly pattern: RegExp
  readonly problem: string
}

const START = String.raw`^-?\s*`

/** How the templates of Prometheus, which are Go's, say what Liquid says otherwise. */
const HINTS: readonly GoHint[] = [
  {
    pattern: new RegExp(`${START}(?:if|else)\\b`),
    problem: "Go's {{ if }}: in Liquid it is {% if $value > 5 %} … {% else %} … {% endif %}",
  },
  {
    pattern: new RegExp(`${START}range\\b`),
    problem: "Go's {{ range }}: in Liquid it is {% for trace in $traces %} … {% endfor %}",
  },
  {
    pattern: new RegExp(`${START}end\\b`),
    problem: "Go's {{ end }}: in Liquid a tag is closed by its own, such as {% endif %} or {% endfor %}",
  },
  {
    pattern: new RegExp(`${START}(?:with|template|define|block)\\b`),
    problem: 'Go\'s template syntax: in Liquid values are named by {% assign name = "value" %}',
  },
  {
    pattern: /:=/,
    problem: "Go's := : in Liquid it is {% assign name = $value %}",
  },
  {
    pattern: /(?:^|[\s(])\.(?:Labels|Value|ExternalURL)\b/,
    problem: "Go's fields: here the names are $labels, $value and $externalURL",
  },
  {
    pattern: /(?:^|[\s(])\.(?:Status|Receiver|Alerts|GroupLabels|CommonLabels|CommonAnnotations|GroupKey)\b/,
    problem:
      "Go's fields: here the names are $status, $receiver, $alerts, $groupLabels, $commonLabels and others",
  },
  {
    pattern: new RegExp(`${START}(?:printf|print|println|humanize\\w*|toUpper|toLower|title)\\s+[^|\\s}]`),
    problem: "Go's call: in Liquid a function follows its value, as in {{ $value | humanize }}",
  },
  {
    pattern: /\|\s*printf\b/,
    problem: "Go's printf: in Liquid it is {{ $value | round: 2 }}",
  },
]

/** A fault for each output that is written as in Go. */
export function findGoSyntax(template: string): readonly TemplateFault[] {
  return findOutputs(template).flatMap(({ text, at }) => {
    const hint = HINTS.find(({ pattern }) => pattern.test(text))
    return hint === undefined ? [] : [{ at: at + text.search(/[^\s-]|$/), problem: hint.problem }]
  })
}
