import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkTemplate, findLabelUses } from './check-template.js'

describe('checkTemplate', () => {
  it.each([
    'plain text, even with $labels and {braces}',
    '{{ $labels.service }} {{ $value | humanizePercentage }}',
    '{% for trace in $traces %}{{ trace.id }} {{ trace | traceLink }}{% endfor %}',
    '{% assign n = $traces.size %}{% if n > 1 %}{{ n }} traces{% else %}one{% endif %}',
    '{% case $labels.env %}{% when "prod" %}now{% endcase %}{% comment %}x{% endcomment %}',
    '{% raw %}{{ anything goes }}{% endraw %}',
    '{{ $traces[0].id }} {{ $traces.last.failed_services.first }} {{ $traces.size }} {{ $traces[-1].duration }}',
    '{% for s in $traces.first.failed_services %}{{ s.anything }}{% endfor %}',
    // Not a trace everywhere.
    '{% for t in $traces %}{{ t.id }}{% endfor %}{% for t in $labels %}{{ t.x }}{% endfor %}',
    '{% assign t = $traces | first %}{{ t.x }}',
    '',
  ])('finds nothing wrong with %j', (text) => {
    expect(checkTemplate(text)).toEqual([])
  })

  it.each([
    ['{{ $lables.x }}', 3, 'no variable is called $lables, only $labels, $value, $traces, $externalURL'],
    ['a\n{{ labels.x }}', 5, 'no variable is called labels, only $labels, $value, $traces, $externalURL'],
    [
      '{{ $traces[0].rootName }}',
      14,
      'a trace has no rootName, only id, service, name, start, duration, failed_services',
    ],
    ['{{ $traces.first["traceID"] | traceLink }}', 18, 'a trace has no traceID, only id, service'],
    ['{% for t in $traces %}{{ t.id }} {{ t.nme }}{% endfor %}', 38, 'a trace has no nme, only id'],
    ['{% assign worst = $traces.last %}\n{{ worst.status }}', 43, 'a trace has no status'],
    [
      '{{ $traces.duration }}',
      11,
      '$traces is a list and has no duration, only [0], [1], …, first, last, size; $traces.first.duration is that',
    ],
    ['{{ $value.unit }}', 10, '$value is a number and has no unit'],
    ['{{ $value | humanise }}', 12, 'undefined filter: humanise'],
    ['{{ "now" | date: "%Y" }}', 11, 'undefined filter: date'],
    ['x {% include "/etc/passwd" %}', 5, 'tag "include" not found'],
    ['{% render "x" %}', 3, 'tag "render" not found'],
    ['{{ $value | round 2 }}', 18, 'expected ":" after filter name'],
    ['{% if $value > 5 %}', 0, 'tag {% if $value > 5 %} not closed'],
    ['{{ $value', 0, 'output "{{ $value" not closed'],
  ])('says of %j where and what', (text, at, problem) => {
    expect(checkTemplate(text)[0]).toMatchObject({ at, problem: expect.stringContaining(problem) })
  })

  it('finds every unknown word, and says which are known', () => {
    const faults = checkTemplate('{{ $value | humanise }} {{ $value | flor }}')
    expect(faults.map(({ unknown }) => unknown?.word)).toEqual(['humanise', 'flor'])
    expect(faults[0]?.unknown?.known).toContain('humanize')
    expect(checkTemplate('{% iff true %}{% endif %}')).toHaveLength(1)
  })

  it.each([
    ['{{ .Labels.service }}', 'here the names are $labels'],
    ['{{ if gt $value 5.0 }}high{{ end }}', '{% if $value > 5 %}'],
    ['{{ range query "up" }}{{ end }}', '{% for trace in $traces %}'],
    ['{{ humanize $value }}', '{{ $value | humanize }}'],
    ['{{ $value | printf "%.2f" }}', 'round: 2'],
    ['{{ $x := $value }}', '{% assign name = $value %}'],
    ['{{- with $labels.service }}', '{% assign name = "value" %}'],
  ])("says of Go's %j how Liquid has it", (text, hint) => {
    expect(checkTemplate(text)[0]?.problem).toContain(hint)
  })

  it('bounds length and depth', () => {
    expect(checkTemplate('x'.repeat(8193))[0]?.problem).toContain('the longest is 8192')
    expect(checkTemplate('{% if true %}'.repeat(600))).toHaveLength(1)
  })
})

describe('findLabelUses', () => {
  it('finds the labels that are used by name', () => {
    expect(
      findLabelUses('a {{ $labels.x.y }}{{ $labels["z.y"] }}{% for l in $labels %}{{ l[0] }}{% endfor %}'),
    ).toEqual([
      { path: ['x', 'y'], at: 5 },
      { path: ['z.y'], at: 22 },
    ])
  })
})

describe('any text', () => {
  const piece = fc.constantFrom(
    '{{',
    '}}',
    '{%',
    '%}',
    '$labels',
    '$value',
    '$finding',
    'evidence',
    '.',
    '|',
    ' ',
    '"',
    "'",
    '\\',
    'if',
    'for',
    'in',
    'raw',
    'endraw',
    'assign a =',
    '(1..9)',
    '[',
    ']',
    '\n',
    'endif',
    'endfor',
    'case',
    'when',
    ':',
    ',',
    '-',
    '\uff04',
    '🔔',
    'comment',
    '#',
  )
  const text = fc.oneof(
    fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
    fc.string(),
  )

  it('is checked without an error, and every fault is inside of it', () => {
    fc.assert(
      fc.property(text, (template) => {
        const faults = [false, true].flatMap((hasFinding) => checkTemplate(template, { hasFinding }))
        for (const { at, problem } of faults) {
          expect(at).toBeGreaterThanOrEqual(0)
          expect(at).toBeLessThanOrEqual(template.length)
          expect(problem).not.toContain('\uff04'.repeat(2))
        }
      }),
      { numRuns: 500 },
    )
  })
})
