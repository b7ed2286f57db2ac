import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeFolder, startTracebell } from './tracebell-process.js'

const RULES = `groups:
  - name: shop
    interval: 30s
    rules:
      - alert: Failing
        expr: '{ status = error }'
        labels: {severity: page}
        annotations: {summary: '{{ $value }} of {{ $labels.rootName }} fail'}
`

const testsWith = (summary: string): string => `rule_files: [rules.yaml]
tests:
  - name: a failing card reader
    input_traces:
      - every: 10s
        trace: |
          web Checkout 800ms
            payment Charge 600ms +50ms client error="card refused"
    alert_rule_test:
      - eval_time: 2m
        alertname: Failing
        exp_alerts:
          - exp_labels: {severity: page, rootServiceName: web, rootName: Checkout}
            exp_annotations: {summary: ${summary}}
`

async function run(
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly output: string }> {
  const folder = await makeFolder()
  await writeFile(join(folder, 'rules.yaml'), RULES)
  await writeFile(join(folder, 'good.test.yaml'), testsWith('6 of Checkout fail'))
  await writeFile(join(folder, 'bad.test.yaml'), testsWith('5 of Checkout fail'))
  await writeFile(join(folder, 'wrong.test.yaml'), 'rule_files: 5')
  const command = startTracebell({}, folder, 'test', ...args)
  return { code: await command.ended, output: command.output() }
}

describe('tracebell test', () => {
  it('passes', async () => {
    expect(await run('good.test.yaml')).toEqual({
      code: 0,
      output: 'good.test.yaml\n  ok   a failing card reader\n1 passed, 0 failed\n',
    })
  })

  it('fails with the difference', async () => {
    expect(await run('good.test.yaml', 'bad.test.yaml')).toEqual({
      code: 1,
      output: `good.test.yaml
  ok   a failing card reader
bad.test.yaml
  FAIL a failing card reader
       at 2m, Failing: expected 1 firing, got 1
           {rootName="Checkout", rootServiceName="web", severity="page"}
         -   summary: "5 of Checkout fail"
         +   summary: "6 of Checkout fail"
1 passed, 1 failed
`,
    })
  })

  it.each([
    [['good.test.yaml', '--run', 'card$'], 2, '--run: "card$" is not found in the name of the only test'],
    [['good.test.yaml', 'bad.test.yaml', '--run', 'x'], 2, 'in the name of any of the 2 tests'],
    [['good.test.yaml', '--run', 'card'], 0, '1 passed, 0 failed'],
    [['bad.test.yaml', '--json'], 1, '"summary": "6 of Checkout fail"'],
    [['wrong.test.yaml'], 2, 'wrong.test.yaml:1:13: rule_files: found 5, expected a list of files'],
    [['missing.test.yaml'], 2, 'missing.test.yaml:1:1: no such file'],
    [['good.test.yaml', '--run', '('], 2, '--run: found "(", expected a regular expression'],
    [[], 2, "missing required argument 'files'"],
  ])('ends with a code that says why: %j → %d', async (args, expected, text) => {
    const { code, output } = await run(...args)
    expect(output).toContain(text)
    expect(code).toBe(expected)
  })
})
