import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { makeFolder, startTracebell } from './tracebell-process.js'

const RULES = `groups:
  - name: shop
    rules: [{alert: Failing, expr: '{ status = error }', group_by: [rootName]}]
`
const SETTINGS = `receivers: [{name: oncall, pagerduty_configs: [{routing_key: '\${NOT_SET}'}]}]
route: {receiver: oncall, group_by: [alertname]}
`
const TEST = `rule_files: [rules.yaml]
config: tracebell.yaml
tests:
  - name: a failure
    input_traces: [{every: 10s, trace: 'web GET 1s error'}]
    notification_test:
      - {eval_time: 3m, receiver: oncall, exp_notifications: [{status: STATUS, group_labels: {alertname: Failing}}]}
`

it.each([
  ['firing', 0, '  ok   a failure\n1 passed, 0 failed\n'],
  [
    'resolved',
    1,
    `  FAIL a failure
       by 3m, to oncall: expected 1 told, got 1
           {alertname="Failing"} firing at 1m30s, 1 alert
         -   status resolved
         +   status firing
0 passed, 1 failed
`,
  ],
])('tracebell test tells what a receiver is told: %s → %d', async (status, code, output) => {
  const folder = await makeFolder()
  await writeFile(join(folder, 'rules.yaml'), RULES)
  await writeFile(join(folder, 'tracebell.yaml'), SETTINGS)
  await writeFile(join(folder, 'x.test.yaml'), TEST.replace('STATUS', status))
  const command = startTracebell({}, folder, 'test', 'x.test.yaml')
  expect([await command.ended, command.output()]).toEqual([code, `x.test.yaml\n${output}`])
})
