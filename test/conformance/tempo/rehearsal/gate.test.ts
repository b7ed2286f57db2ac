import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeFolder, startTracebell } from '../../../acceptance/tracebell-process.js'
import { findPeer } from '../../../peers/find-peer.js'
import { startRealTempo, type RealTempo } from '../../../peers/tempo.js'
import { pushTrace } from '../push.js'

const binary = findPeer('tempo')
if (binary === undefined) console.log('skipped: no Tempo binary (set TEMPO_BIN)')

const RULES = `groups:
  - name: shop
    interval: 10s
    rules:
      - alert: Failing
        expr: '{ status = error }'
        window: 30s
        group_by: [resource.service.name]
      - alert: Silent
        expr: '{ } | rate() < 0.01'
`

async function gate(url: string, ...args: readonly string[]) {
  const folder = await makeFolder()
  await writeFile(join(folder, 'rules.yaml'), RULES)
  const options = ['--rules', 'rules.yaml', '--source', url, '--window', '30s', ...args]
  const command = startTracebell({}, folder, 'gate', ...options)
  const code = await command.ended
  return { code, output: command.output() }
}

const HEALTHY = 50

describe.skipIf(binary === undefined)('tracebell gate beside a real Tempo', () => {
  let tempo: RealTempo | undefined
  beforeAll(async () => {
    tempo = await startRealTempo(binary ?? '', { quickToShow: true })
  })
  afterAll(() => tempo?.stop())

  it('sees what was sent just before, lets a healthy stretch pass, and has no verdict of a Tempo that is gone', async () => {
    if (tempo === undefined) throw new Error('there is no Tempo')
    // Two seconds apart, until two seconds ago.
    for (let turn = HEALTHY; turn > 0; turn -= 1) await pushTrace(tempo.otlpUrl, { endedMsAgo: turn * 2000 })
    const failed = await pushTrace(tempo.otlpUrl, { error: true })
    const bad = await gate(tempo.url)
    expect(bad.output).toMatch(/^waits \d+ s until /)
    expect(bad.output).toContain(`Failing {resource.service.name="shop"} = 1`)
    expect(bad.output).toContain(`; traces ${failed.traceId}\n`)
    expect(bad.output).toMatch(/\ngate: 1 alert fired\n$/)
    expect(bad.code).toBe(1)

    const before = new Date(Math.floor(failed.startMs / 15_000) * 15_000).toISOString()
    expect(await gate(tempo.url, '--end', before)).toEqual({ code: 0, output: 'gate: nothing fired\n' })

    await tempo.stop()
    const gone = await gate(tempo.url, '--end', before)
    expect(gone.output).toMatch(/^gate: no verdict: .*Connection refused/m)
    expect(gone.code).toBe(3)
  })
})
