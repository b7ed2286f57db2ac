import { EventEmitter } from 'node:events'
import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTestClock } from '../../../test/test-clock.js'
import { createConfigMetrics } from '../../telemetry/config-metrics.js'
import type { Environment } from '../variables.js'
import { createConfigReload } from './config-reload.js'
import { readSetup } from './read-setup.js'
import type { Setup } from './setup.js'

function rulesOf(alert: string): string {
  return `groups: [{name: g, rules: [{alert: ${alert}, expr: '{ }'}]}]`
}

/** The names of the rules, and of the receivers where there are any. */
function namesOf({ rules, delivery }: Setup): string[] {
  const alerts = (rules?.groups ?? []).flatMap((group) => group.rules.map(({ alert }) => alert))
  return [...alerts, ...(delivery?.receivers ?? []).map(({ name }) => name)]
}

interface Options {
  readonly fail?: boolean
  /** The text of the file of settings; without it rules are named at the command. */
  readonly settings?: string
}

async function startReload({ fail = false, settings }: Options = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'tracebell-'))
  const clock = createTestClock()
  const signals = new EventEmitter()
  const lines: string[] = []
  const applied: string[][] = []
  const registry = new Registry()
  const environment: Record<string, string> = {}
  const log = (message: string, fields: object = {}): void =>
    void lines.push([message, ...Object.values(fields)].join(' '))
  const write = (name: string, text: string): void => {
    // Written beside and moved, so that no watcher sees half of it.
    writeFileSync(join(folder, `${name}.new`), text)
    renameSync(join(folder, `${name}.new`), join(folder, name))
  }
  write('a.yaml', rulesOf('A'))
  if (settings !== undefined) write('tracebell.yaml', settings)
  const source =
    settings === undefined
      ? { file: undefined, patterns: [join(folder, '*.yaml')] }
      : { file: join(folder, 'tracebell.yaml'), makesReceivers: true }
  const read = () => readSetup({ environment: environment satisfies Environment, ...source })
  const { setup, files } = read()
  if (setup === undefined) throw new Error('the setup has faults')
  const reload = createConfigReload({
    setup,
    files,
    read,
    apply: async (next) => {
      if (fail) throw new Error('no memory')
      applied.push(namesOf(next))
    },
    clock,
    logger: { debug: log, info: log, warn: log, error: log },
    metrics: createConfigMetrics(registry),
    signals,
  })
  onTestFinished(async () => {
    await reload.stop()
    rmSync(folder, { recursive: true })
    expect(clock.sleeping).toBe(0)
    expect(signals.listenerCount('SIGHUP')).toBe(0)
  })
  await reload.start()
  const metrics = (): Promise<string> => registry.metrics()
  return { folder, clock, signals, lines, applied, write, reload, metrics, environment }
}

const LOOK_MS = 6000

describe('the rule files', () => {
  it('are read again when one changes, comes or goes, and not otherwise', async () => {
    const { clock, applied, write, folder } = await startReload()
    await clock.advance(10 * LOOK_MS)
    expect(applied).toEqual([])
    write('a.yaml', rulesOf('B'))
    await clock.advance(2 * LOOK_MS)
    write('c.yaml', rulesOf('C'))
    await clock.advance(2 * LOOK_MS)
    rmSync(join(folder, 'a.yaml'))
    await clock.advance(2 * LOOK_MS)
    expect(applied).toEqual([['B'], ['B', 'C'], ['C']])
  })

  it('are read again on SIGHUP and for who asks, changed or not', async () => {
    const { clock, applied, signals, reload } = await startReload()
    signals.emit('SIGHUP')
    await clock.advance(0)
    expect(applied).toEqual([['A']])
    expect(await reload.reload()).toEqual([])
    await clock.advance(2 * LOOK_MS)
    expect(applied).toHaveLength(2)
  })

  it('that were read for who asked are not read for their change again', async () => {
    const { clock, applied, write, reload } = await startReload()
    write('a.yaml', rulesOf('B'))
    await reload.reload()
    await clock.advance(2 * LOOK_MS)
    expect(applied).toEqual([['B']])
  })

  it('leave the rules that run where they have faults, and say why, once', async () => {
    const { clock, applied, write, lines, metrics } = await startReload()
    write('a.yaml', `groups: [{name: g, rules: [{alert: A, expr: '{ status = '}]}]`)
    await clock.advance(10 * LOOK_MS)
    expect(applied).toEqual([])
    expect(lines).toEqual([
      'The configuration cannot be used; what runs stays as it is 1',
      // In one line, without the caret below the expression.
      expect.stringMatching(
        /^Configuration: \S+\/a\.yaml:1:\d+: groups\[0\]\.rules\[0\]\.expr: TraceQL: [^\n]*$/,
      ),
    ])
    expect(await metrics()).toContain('tracebell_config_last_reload_successful 0')
    write('a.yaml', rulesOf('B'))
    await clock.advance(2 * LOOK_MS)
    expect(applied).toEqual([['B']])
    expect(await metrics()).toContain('tracebell_config_last_reload_successful 1')
  })

  it('are told with all faults to who asks, and with ten to the log', async () => {
    const { write, lines, reload } = await startReload()
    write('a.yaml', `groups: []\n${Array.from({ length: 12 }, (_, index) => `key${index}: 1`).join('\n')}`)
    expect(await reload.reload()).toHaveLength(12)
    expect(lines).toHaveLength(12)
    expect(lines.at(-1)).toBe('Configuration: and 2 more, which tracebell check shows')
  })

  it('count as unused where the new rules cannot be started', async () => {
    const { lines, metrics, reload } = await startReload({ fail: true })
    expect(await reload.reload()).toEqual(['the new configuration could not be started: Error: no memory'])
    expect(lines).toEqual([
      'The new configuration could not be started; what runs stays as it is Error: no memory',
    ])
    expect(await metrics()).toContain('tracebell_config_last_reload_successful 0')
  })

  it('tell when they were last used', async () => {
    const { clock, signals, metrics } = await startReload()
    const told = async (): Promise<number> =>
      Number(/_timestamp_seconds (\S+)/.exec((await metrics()).replaceAll(/^#.*$/gm, ''))?.[1])
    expect(await told()).toBe(clock.now() / 1000)
    await clock.advance(60_000)
    signals.emit('SIGHUP')
    await clock.advance(0)
    expect(await told()).toBe(clock.now() / 1000)
  })

  it('that hold nothing any more, as while they are written, leave the rules that run', async () => {
    const { clock, applied, write, lines } = await startReload()
    for (const text of ['', '# soon\n']) {
      write('a.yaml', text)
      await clock.advance(2 * LOOK_MS)
    }
    expect([applied, lines.length]).toEqual([[], 4])
    expect(lines[1]).toContain(
      'a.yaml: the file holds no rules any more; expected its groups, or `groups: []`',
    )
    write('b.yaml', '')
    write('a.yaml', rulesOf('B'))
    await clock.advance(2 * LOOK_MS)
    write('a.yaml', 'groups: []')
    await clock.advance(2 * LOOK_MS)
    write('a.yaml', '')
    await clock.advance(2 * LOOK_MS)
    expect(applied).toEqual([['B'], [], []])
  })

  it('are taken once two looks have seen the same', async () => {
    const { clock, applied, write } = await startReload()
    // Longer than the time between two looks.
    for (let turn = 1; turn <= 9; turn += 1) {
      write('a.yaml', rulesOf(`A${'x'.repeat(turn)}`))
      await clock.advance(900)
      expect(applied).toEqual([])
    }
    await clock.advance(2 * LOOK_MS)
    expect(applied).toEqual([['Axxxxxxxxx']])
  })

  it('that are only touched are read again too', async () => {
    const { clock, applied, folder } = await startReload()
    utimesSync(join(folder, 'a.yaml'), 1, 1)
    await clock.advance(2 * LOOK_MS)
    expect(applied).toEqual([['A']])
  })
})

const SETTINGS = `rule_files: [a.yaml]\nreceivers: [{name: people}]\n`

describe('the settings', () => {
  it('are read again with the rules that they name', async () => {
    const { clock, applied, write, lines } = await startReload({ settings: SETTINGS })
    write('b.yaml', rulesOf('B'))
    write('tracebell.yaml', `${SETTINGS.replace('a.yaml', 'b.yaml')}inhibit_rules: []\n`)
    await clock.advance(2 * LOOK_MS)
    write('b.yaml', rulesOf('C'))
    await clock.advance(2 * LOOK_MS)
    expect(applied).toEqual([
      ['B', 'people'],
      ['C', 'people'],
    ])
    expect(lines).toEqual(Array(2).fill('The configuration was read again 1 1 1'))
  })

  it('leave everything where they or the rules have faults, and tell all of both', async () => {
    const { write, applied, reload } = await startReload({ settings: SETTINGS })
    write('a.yaml', 'groups: 1')
    write('tracebell.yaml', `${SETTINGS}route: {receiver: nobody}\n`)
    expect(await reload.reload()).toEqual([
      expect.stringMatching(/tracebell\.yaml:3:\d+: route\.receiver: found "nobody", expected one of /),
      expect.stringMatching(/^a\.yaml:1:\d+: groups: found 1, expected a list of groups$/),
    ])
    write('a.yaml', rulesOf('B'))
    expect(await reload.reload()).toHaveLength(1)
    expect(applied).toEqual([])
  })

  it('change nothing where a file is missing that a receiver needs', async () => {
    const { write, reload, applied } = await startReload({ settings: SETTINGS })
    const receiver =
      '{name: a, webhook_configs: [{url: http://x, http_config: {tls_config: {ca_file: ca.pem}}}]}'
    write('tracebell.yaml', `receivers: [${receiver}]`)
    expect(await reload.reload()).toEqual([
      expect.stringMatching(/:1:93: receivers.*\.ca_file: found "ca\.pem", no such file; expected a file /),
    ])
    write('ca.pem', '')
    expect(await reload.reload()).toEqual([])
    expect(applied).toEqual([['a']])
  })

  it('that are gone or empty change nothing', async () => {
    const { write, applied, reload, folder } = await startReload({ settings: SETTINGS })
    write('tracebell.yaml', '# soon\n')
    expect(await reload.reload()).toEqual([expect.stringContaining('nothing stands in it any more')])
    rmSync(join(folder, 'tracebell.yaml'))
    expect(await reload.reload()).toEqual([expect.stringContaining('tracebell.yaml')])
    write('tracebell.yaml', '{}')
    expect(await reload.reload()).toEqual([])
    expect(applied).toEqual([[]])
  })

  it('that count only after a restart are named, without their values', async () => {
    const { write, lines, reload, environment } = await startReload({ settings: SETTINGS })
    environment['TEMPO_TOKEN'] = 'hunter2'
    write('tracebell.yaml', `${SETTINGS}data_dir: elsewhere\nchecks: {interval: 30s}\n`)
    await reload.reload()
    expect(lines.at(-1)).toBe(
      'Settings have changed that count only after a restart source.tenant, token, username, password or headers (TEMPO_…); data_dir (TRACEBELL_DATA_DIR)',
    )
  })
})

describe('stop', () => {
  it('may come twice, and before the start', async () => {
    const { reload } = await startReload()
    await reload.stop()
    await reload.stop()
    const { reload: other } = await startReload()
    await other.start()
    await other.stop()
    await expect(other.stop()).resolves.toBeUndefined()
  })
})
