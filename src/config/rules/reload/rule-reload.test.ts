import { EventEmitter } from 'node:events'
import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTestClock } from '../../../../test/test-clock.js'
import type { RuleGroup } from '../../../model/alerting-rule.js'
import { createConfigMetrics } from '../../../telemetry/config-metrics.js'
import { loadRules } from '../load-rules.js'
import { createRuleReload } from './rule-reload.js'

function rulesOf(alert: string): string {
  return `groups: [{name: g, rules: [{alert: ${alert}, expr: '{ }'}]}]`
}

async function startReload(options: { readonly fail?: boolean } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'tracebell-'))
  const clock = createTestClock()
  const signals = new EventEmitter()
  const lines: string[] = []
  const applied: string[][] = []
  const registry = new Registry()
  const log = (message: string): void => void lines.push(message)
  const write = (name: string, text: string): void => {
    // Written beside and moved, so that no watcher sees half of it.
    writeFileSync(join(folder, `${name}.new`), text)
    renameSync(join(folder, `${name}.new`), join(folder, name))
  }
  write('a.yaml', rulesOf('A'))
  const reload = createRuleReload({
    patterns: ['*.yaml'],
    folder,
    groups: loadRules(['*.yaml'], { folder, intervalMs: 30_000 }).groups,
    intervalMs: 30_000,
    apply: (groups: readonly RuleGroup[]) => {
      if (options.fail === true) throw new Error('no memory')
      applied.push(groups.flatMap(({ rules }) => rules.map(({ alert }) => alert)))
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
  return { folder, clock, signals, lines, applied, write, reload, metrics: () => registry.metrics() }
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

  it('are read again on SIGHUP, changed or not', async () => {
    const { clock, applied, signals } = await startReload()
    signals.emit('SIGHUP')
    await clock.advance(0)
    expect(applied).toEqual([['A']])
    await clock.advance(2 * LOOK_MS)
    expect(applied).toHaveLength(1)
  })

  it('leave the rules that run where they have faults, and say why, once', async () => {
    const { clock, applied, write, lines, metrics } = await startReload()
    write('a.yaml', `groups: [{name: g, rules: [{alert: A, expr: '{ status = '}]}]`)
    await clock.advance(10 * LOOK_MS)
    expect(applied).toEqual([])
    expect(lines).toEqual([
      'Rule files cannot be used; the rules that run stay as they are',
      expect.stringMatching(/^Rule file: a\.yaml:1:\d+: groups\[0\]\.rules\[0\]\.expr: TraceQL: /),
    ])
    expect(await metrics()).toContain('tracebell_config_last_reload_successful 0')
    write('a.yaml', rulesOf('B'))
    await clock.advance(2 * LOOK_MS)
    expect(applied).toEqual([['B']])
    expect(await metrics()).toContain('tracebell_config_last_reload_successful 1')
  })

  it('count as unused where the new rules cannot be started', async () => {
    const { clock, signals, lines, metrics } = await startReload({ fail: true })
    signals.emit('SIGHUP')
    await clock.advance(0)
    expect(lines).toEqual(['New rules could not be started; the rules that run stay as they are'])
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
      'a.yaml:1:1: the file holds no rules any more; expected its groups, or `groups: []`',
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
