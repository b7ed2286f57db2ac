import { createServer, type IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { listenOnLoopback } from '../../loopback.js'
import { startRealAlertmanager } from '../../peers/alertmanager.js'
import { EXPIRES_MS, STORY_MS, toBegin, toLabels, toSettings, type Story, type StoryEvent } from './story.js'

/** A notification of a group: when, to whom, and what it says, as `+a -b`. */
export interface Told {
  readonly atMs: number
  readonly receiver: string
  readonly said: string
}

const payload = z.object({
  receiver: z.string(),
  groupKey: z.string(),
  groupLabels: z.object({ g: z.string() }),
  alerts: z.array(z.object({ status: z.enum(['firing', 'resolved']), labels: z.object({ n: z.string() }) })),
})

/** Time to start it and to create silences before the stories begin. */
const PREPARATION_MS = 10_000

/** What an Alertmanager tells of stories that all happen at once, by group, and the keys that it gives to groups. */
export async function tellTheirs(binary: string, stories: readonly Story[]) {
  const told = new Map<string, Told[]>()
  const keys = new Set<string>()
  const begin = toBegin(Date.now() + PREPARATION_MS)
  const take = async (request: IncomingMessage): Promise<void> => {
    const atMs = Date.now() - begin
    const { receiver, groupLabels, groupKey, alerts } = payload.parse(await json(request))
    keys.add(`${receiver} ${groupKey}`)
    const said = alerts
      .map(({ status, labels }) => `${status === 'firing' ? '+' : '-'}${labels.n}`)
      .toSorted()
    const ofGroup = told.get(groupLabels.g) ?? []
    ofGroup.push({ atMs, receiver, said: said.join(' ') })
    told.set(groupLabels.g, ofGroup)
  }
  const hook = await listenOnLoopback(
    createServer((request, response) => void take(request).then(() => response.end())),
  )
  const receivers = ['team', 'first', 'second'].map((name) => ({
    name,
    webhook_configs: [{ url: hook, send_resolved: true }],
  }))
  const server = await startRealAlertmanager(
    binary,
    JSON.stringify({ ...toSettings(false, begin), receivers }),
  )
  try {
    const silenced = [...stories.keys()].filter((group) => stories[group]?.kind === 'silenced')
    await Promise.all(silenced.map((group) => silence(server.url, group, begin)))
    await Promise.all(stories.map((story, group) => happen(server.url, story, group, begin)))
    await sleep(Math.max(0, begin + STORY_MS - Date.now()))
  } finally {
    await server.stop()
  }
  return { told, keys }
}

async function happen(url: string, story: Story, group: number, begin: number): Promise<void> {
  for (const event of story.events) {
    await sleep(Math.max(0, begin + event.atMs - Date.now()))
    await post(
      `${url}/api/v2/alerts`,
      event.alerts.map((name) => toBody(event, toLabels(story, group, name))),
    )
  }
}

/** From the fourth to the eleventh second nobody hears of `b`. */
export const SILENCED_MS = [4000, 11_000] as const

function silence(url: string, group: number, begin: number): Promise<void> {
  const matchers = [
    { name: 'g', value: `g${group}`, isRegex: false, isEqual: true },
    { name: 'n', value: 'b', isRegex: false, isEqual: true },
  ]
  const [start, end] = SILENCED_MS.map((ms) => new Date(begin + ms - 50).toISOString())
  return post(`${url}/api/v2/silences`, {
    matchers,
    startsAt: start,
    endsAt: end,
    createdBy: 'ann',
    comment: 'x',
  })
}

function toBody({ kind }: StoryEvent, labels: Readonly<Record<string, string>>): object {
  const now = Date.now()
  const lastsMs = { fire: 3_600_000, resolve: 0, expire: EXPIRES_MS }[kind]
  const startsAt = kind === 'resolve' ? {} : { startsAt: new Date(now).toISOString() }
  return { labels, ...startsAt, endsAt: new Date(now + lastsMs).toISOString() }
}

async function post(url: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}: ${await answer.text()}`)
  await answer.arrayBuffer()
}
