import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeFolder, startTracebell } from './tracebell-process.js'

const GOOD = `groups:
  - name: shop
    rules:
      - alert: Failed
        expr: '{ status = error }'
`
const WARNED = `${GOOD}        group_by: [trace:id]\n`
const BAD = GOOD.replace('status = error', 'status = ')

async function check(files: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const folder = await makeFolder()
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  const process = startTracebell({}, folder, 'check', ...args)
  const exitCode = await process.ended
  return { exitCode, output: process.output() }
}

describe('tracebell check', () => {
  it('says of good files what is in them, and ends with 0', async () => {
    const files = { 'rules/a.yaml': GOOD, 'rules/b.yaml': WARNED, 'rules/a.test.yaml': 'tests: []' }
    const { exitCode, output } = await check(files, 'rules/a*', 'rules/b.yaml')
    expect(output).toBe(`Checking rules/a.yaml
  SUCCESS: 1 rule found in 1 group

Checking rules/b.yaml
  SUCCESS: 1 rule found in 1 group, 2 warnings
  WARNING (unbounded-group) rules/b.yaml:6:9: Failed: group_by: trace:id has no end of values, and each makes an alert of its own; group by what has few, such as resource.service.name or span.http.route
  WARNING (duplicate-rules) rules/b.yaml:4:9: Failed: alert: the same name and labels as the rule at rules/a.yaml:4: their alerts cannot be told apart

Skipping rules/a.test.yaml: a file of unit tests

2 files, 2 rules, 0 faults, 2 warnings
`)
    expect(exitCode).toBe(0)
  })

  it('ends with 1 over warnings where they are fatal', async () => {
    const { exitCode } = await check({ 'a.yaml': WARNED }, 'a.yaml', '--lint-fatal')
    expect(exitCode).toBe(1)
  })

  it('tells every fault with its place, and ends with 2', async () => {
    const { exitCode, output } = await check(
      { 'a.yaml': BAD, 'b.yaml': GOOD },
      'a.yaml',
      'b.yaml',
      'c.yaml',
      'd/*',
    )
    expect(output).toContain(`Checking a.yaml
  FAILED: 1 fault
  a.yaml:5:28: groups[0].rules[0].expr: TraceQL: `)
    expect(output).toContain('Checking b.yaml\n  SUCCESS')
    expect(output).toContain('c.yaml:1:1: no such file')
    expect(output).toContain('Checking d/*\n  FAILED: no file matches')
    expect(output).toContain('3 files, 1 rule, 3 faults, 0 warnings')
    expect(exitCode).toBe(2)
  })

  it('warns of secrets that are missing, with their places, and shows none', async () => {
    const settings = `receivers:
  - name: a
    slack_configs: [{api_url: '\${SLACK_URL}'}, {api_url: '\${OTHER}'}]
    pagerduty_configs: [{routing_key_file: key}, {routing_key_file: empty}, {routing_key: hunter2}]
`
    const files = { 'tracebell.yaml': settings, '.env': 'OTHER=https://hunter2.test', empty: '\n' }
    const { exitCode, output } = await check(files, '--lint-fatal')
    expect(output).toContain(`Checking tracebell.yaml
  SUCCESS: the settings can be used, 3 warnings
  WARNING (missing-secret) tracebell.yaml:3:31: receivers[0].slack_configs[0].api_url: a secret is missing: the variable SLACK_URL is not set
  WARNING (missing-secret) tracebell.yaml:4:44: receivers[0].pagerduty_configs[0].routing_key_file: a secret is missing: the file key cannot be read: no such file
  WARNING (missing-secret) tracebell.yaml:4:69: receivers[0].pagerduty_configs[1].routing_key_file: a secret is missing: the file empty is empty
`)
    expect(output).not.toContain('hunter2')
    expect(exitCode).toBe(1)
  })

  it('checks what tracebell.yaml names, with what it says of the source', async () => {
    const files = {
      'tracebell.yaml': 'source: {type: tempo, lag: 2m}\nrule_files: [rules]\n',
      'rules/a.yaml': GOOD,
    }
    const { exitCode, output } = await check(files)
    expect(output).toContain('Checking tracebell.yaml\n  SUCCESS: the settings can be used')
    expect(output).toContain('the window of 1m is shorter than the 2m that the source is behind')
    expect(exitCode).toBe(0)
  })

  it('says what is wrong with tracebell.yaml', async () => {
    const { exitCode, output } = await check(
      { 'conf/tracebell.yaml': 'source: {ulr: x}\n' },
      'conf/tracebell.yaml',
    )
    expect(output).toContain('  conf/tracebell.yaml:1:10: source.ulr: unknown key; did you mean url?')
    expect(exitCode).toBe(2)
  })

  it('names files of rules so that they can be opened where it runs', async () => {
    const files = {
      'conf/tracebell.yaml': 'rule_files: [rules/*.yaml, none.yaml]\n',
      'conf/rules/a.yaml': BAD,
    }
    const { output } = await check(files, 'conf/tracebell.yaml')
    expect(output).toContain('Checking conf/rules/a.yaml\n')
    expect(output).toContain('  conf/rules/a.yaml:5:28: groups[0].rules[0].expr')
    expect(output).toContain('  conf/none.yaml:1:1: no such file')
  })

  it('knows settings under another name', async () => {
    const { exitCode, output } = await check(
      { 'v.yaml': 'route: {receiver: a}\nreceivers: [{name: a}]' },
      'v.yaml',
    )
    expect(output).toContain(
      'v.yaml:1:1: this looks like settings, not rules; to check it: tracebell check --config v.yaml\n\n',
    )
    expect(exitCode).toBe(2)
  })

  it('prints JSON for machines, and nothing that steers a terminal', async () => {
    const { exitCode, output } = await check({ 'a.yaml': BAD }, 'a.yaml', '--json')
    expect(JSON.parse(output)).toMatchObject({
      faults: 1,
      settings: null,
      ruleFiles: [{ file: 'a.yaml', faults: [{ line: 5, column: 28, key: 'groups[0].rules[0].expr' }] }],
    })
    expect(exitCode).toBe(2)
    const evil = GOOD.replace('Failed', '"F"\n        "\\e[2J\\u202e": x')
    const { output: shown } = await check({ 'a.yaml': evil }, 'a.yaml')
    expect(shown).toContain(String.raw`\u001b[2J\u202e: unknown key`)
  })

  it('says what is missing where nothing is named', async () => {
    const { exitCode, output } = await check({})
    expect(output).toBe('nothing to check: expected files of rules, or a tracebell.yaml that names them\n')
    expect(exitCode).toBe(2)
  })
})
