import { createServer, type ServerResponse } from 'node:http'
import { onTestFinished } from 'vitest'
import { listenOnLoopback } from '../../../loopback.js'

/** How the proxy misbehaves: it hands on all, answers 500, answers half of the truth, or never answers. */
export type ProxyMood = 'well' | 'failing' | 'cutting' | 'hanging'

/** A server on 127.0.0.1 in front of a Tempo. */
export interface FaultyProxy {
  readonly url: string
  mood: ProxyMood
}

/** Starts a proxy that is well, until the test ends. */
export async function startFaultyProxy(tempoUrl: string): Promise<FaultyProxy> {
  const state: { mood: ProxyMood } = { mood: 'well' }

  async function answer(target: string, accept: string, response: ServerResponse): Promise<void> {
    const { mood } = state
    if (mood === 'hanging') return
    if (mood === 'failing') return void response.writeHead(500).end('error querying live-stores')
    const found = await fetch(`${tempoUrl}${target}`, { headers: { accept } })
    const bytes = Buffer.from(await found.arrayBuffer())
    response.writeHead(found.status, { 'content-length': bytes.length })
    if (mood === 'well') return void response.end(bytes)
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy())
  }

  const server = createServer((request, response) => {
    answer(request.url ?? '/', request.headers.accept ?? '', response).catch(() => response.destroy())
  })
  const url = await listenOnLoopback(server)
  onTestFinished(() => server.closeAllConnections())
  return {
    url,
    get mood() {
      return state.mood
    },
    set mood(next: ProxyMood) {
      state.mood = next
    },
  }
}
