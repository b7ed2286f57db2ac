import { describe, expect, it } from 'vitest'
import { createPaint } from './paint.js'
import type { ReceivedAlert } from './received-alert.js'
import { createScreen } from './screen.js'

function openScreen() {
  const lines: string[] = []
  const asked: string[] = []
  const screen = createScreen({
    write: (line) => void lines.push(line.replace(/^\d\d:\d\d:\d\d {2}/, '<time> ').trim()),
    clock: { now: () => 1_795_467_583_000 },
    paint: createPaint(false),
    tempoUrl: 'http://tempo',
    fetchProof: async (traceId) => {
      asked.push(traceId)
      return []
    },
  })
  return { screen, lines, asked }
}

function slow(id: string): ReceivedAlert {
  return {
    type: 'high_latency',
    affectedTraces: 1,
    totalTraces: 9,
    trace: { id, spanName: 'GET /search', durationMs: 1500 },
  }
}

describe('the screen', () => {
  it('tells the first alerts of a fault in full, counts the rest, and sums up', async () => {
    const { screen, lines, asked } = openScreen()
    screen.tell({ text: 'fault on', breaks: true })
    for (const id of ['1', '2', '3', '4', '5']) screen.show(slow(id))
    screen.tell({ text: 'fault off', breaks: false })
    screen.show(slow('6'))
    screen.tell({ text: 'fault on again', breaks: true })
    screen.show(slow('7'))
    await screen.close()
    const shown = (id: string): string[] => [
      `<time> 🔔 high_latency     GET /search took 1.50 s  trace ${id}`,
      `proof: curl http://tempo/api/traces/${id}`,
    ]
    expect(lines).toEqual([
      '<time> fault on',
      ...shown('1'),
      ...shown('2'),
      ...shown('3'),
      '… 2 more high_latency',
      '<time> fault off',
      '… 1 more high_latency',
      '<time> fault on again',
      ...shown('7'),
      '',
      '<time> the end: 7 high_latency',
    ])
    expect(asked).toEqual(['1', '2', '3', '7'])
  })

  it('says so where there were no alerts', async () => {
    const { screen, lines } = openScreen()
    await screen.close()
    expect(lines).toEqual(['', '<time> the end: no alerts'])
  })
})
