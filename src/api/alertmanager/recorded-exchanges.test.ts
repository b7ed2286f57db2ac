import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { buildAlertmanagerApi, posting, serveAlertmanagerApi } from '../../../test/alertmanager-api.js'
import { createTestClock } from '../../../test/test-clock.js'
import type { MuteReason } from '../../model/muter.js'
import type { ShownAlert, ShownGroup } from '../../dispatch/show-dispatch.js'

const VERSIONS = ['v025', 'v031'] as const

interface RecordedAlert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAt: string
  readonly endsAt: string
  readonly updatedAt: string
  readonly generatorURL?: string
  readonly receivers: readonly { readonly name: string }[]
  readonly status: { readonly silencedBy: readonly string[]; readonly mutedBy?: readonly string[] }
}

interface RecordedGroup {
  readonly alerts: readonly RecordedAlert[]
  readonly labels: Readonly<Record<string, string>>
  readonly receiver: { readonly name: string }
}

interface Recording<T> {
  readonly request: {
    readonly method: string
    readonly path: string
    readonly headers: Readonly<Record<string, string>>
    readonly body?: unknown
  }
  readonly response: { readonly status: number; readonly body: T }
}

function read<T>(name: string): Recording<T> {
  const file = new URL(`../../../test/fixtures/alertmanager-exchanges/${name}.json`, import.meta.url)
  // Our own files, which change only with the tests that read them.
  // oxlint-disable-next-line no-unsafe-type-assertion
  return JSON.parse(readFileSync(file, 'utf8')) as Recording<T>
}

/** The recorded alert as dispatch would have it. */
function toShown(recorded: RecordedAlert): ShownAlert {
  const endsAt = Date.parse(recorded.endsAt)
  return {
    alert: {
      labels: new Map(Object.entries(recorded.labels)),
      annotations: new Map(Object.entries(recorded.annotations)),
      startsAt: Date.parse(recorded.startsAt),
      endsAt,
      status: 'firing',
      generatorUrl: recorded.generatorURL ?? '',
      value: 1,
      exemplars: [],
    },
    updatedAt: Date.parse(recorded.updatedAt),
    receivers: recorded.receivers.map(({ name }) => name),
    mutes: recorded.status.silencedBy.map((id): MuteReason => ({
      kind: 'silence',
      id,
      endsAt,
      createdBy: 'fixture',
      comment: 'maintenance',
    })),
    isProcessed: true,
  }
}

function toGroup({ alerts, labels, receiver }: RecordedGroup): ShownGroup {
  return {
    receiver: receiver.name,
    labels: new Map(Object.entries(labels)),
    alerts: alerts.map(toShown),
    key: '',
  }
}

/** 0.25 does not say by which time intervals an alert is muted. */
function withMutedBy(recorded: RecordedAlert): RecordedAlert {
  return { ...recorded, status: { mutedBy: [], ...recorded.status } }
}

describe.each(VERSIONS)('what Alertmanager %s answered', (version) => {
  it.each(['get-filtered', 'get-silenced'])('is answered for alerts: %s', async (name) => {
    const { request, response } = read<readonly RecordedAlert[]>(`${version}-${name}`)
    const other = response.body.map((each) => ({ ...each, labels: { alertname: 'Other' } }))
    const ask = await serveAlertmanagerApi(
      buildAlertmanagerApi({ alerts: [...other, ...response.body].map(toShown) }),
    )
    const answer = await ask(request.path)
    expect([answer.status, answer.body]).toEqual([200, response.body.map(withMutedBy)])
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  it('is answered for groups, in its order', async () => {
    const { request, response } = read<readonly RecordedGroup[]>(`${version}-get-groups`)
    const ask = await serveAlertmanagerApi(
      buildAlertmanagerApi({ groups: response.body.toReversed().map(toGroup) }),
    )
    const expected = response.body.map((group) => ({ ...group, alerts: group.alerts.map(withMutedBy) }))
    expect((await ask(request.path)).body).toEqual(expected)
  })

  it('is answered for receivers', async () => {
    const { request, response } = read(`${version}-get-receivers`)
    const ask = await serveAlertmanagerApi(buildAlertmanagerApi())
    expect((await ask(request.path)).body).toEqual(response.body)
  })

  it('is answered for a silence from its beginning to its end', async () => {
    const post = read<{ readonly silenceID: string }>(`${version}-post-silence`)
    const list = read<readonly { readonly id: string; readonly startsAt: string }[]>(
      `${version}-get-silences`,
    )
    const expire = read(`${version}-delete-silence`)
    const api = buildAlertmanagerApi({}, createTestClock(Date.parse(list.response.body[0]?.startsAt ?? '')))
    const ask = await serveAlertmanagerApi(api)

    const posted = await ask(post.request.path, posting(post.request.body))
    expect([posted.status, posted.body]).toEqual([200, { silenceID: expect.any(String) }])
    const [silence] = api.silences.list()
    const recordedId = post.response.body.silenceID
    const withOurId = list.response.body.map((each) => ({ ...each, id: silence?.id }))
    expect((await ask(list.request.path)).body).toEqual(withOurId)
    const one = await ask(`/api/v2/silence/${silence?.id}`)
    expect(one.body).toEqual(withOurId[0])

    await api.clock.advance(1000)
    const path = expire.request.path.replace(recordedId, silence?.id ?? '')
    const ended = await ask(path, { method: expire.request.method })
    expect([ended.status, ended.body]).toEqual([expire.response.status, undefined])
    expect((await ask(list.request.path)).body).toMatchObject([{ status: { state: 'expired' } }])
    expect((await ask(path, { method: 'DELETE' })).status).toBe(200)
  })

  it('is answered for a filter that is none, and it is said where', async () => {
    const { request, response } = read<string>(`${version}-error-bad-filter`)
    const ask = await serveAlertmanagerApi(buildAlertmanagerApi())
    const answer = await ask(request.path)
    expect(answer.status).toBe(response.status)
    expect(answer.body).toBe(
      `${response.body}: character 10: found the end, expected one of =, !=, =~ and !~`,
    )
  })

  it('is answered for another content type', async () => {
    const { request, response } = read(`${version}-error-content-type`)
    const ask = await serveAlertmanagerApi(buildAlertmanagerApi())
    const answer = await ask('/api/v2/silences', {
      method: request.method,
      headers: request.headers,
      body: String(request.body),
    })
    expect([answer.status, answer.body]).toEqual([response.status, response.body])
  })

  it('is answered for the status, with the same fields', async () => {
    const { request, response } = read<Readonly<Record<string, unknown>>>(`${version}-status`)
    const ask = await serveAlertmanagerApi(buildAlertmanagerApi())
    const { body } = await ask(request.path)
    expect(body).toEqual({
      ...response.body,
      config: { original: expect.stringContaining('receiver: sink') },
      uptime: '2026-11-24T08:44:00.000Z',
      versionInfo: {
        branch: '',
        buildDate: '',
        buildUser: '',
        goVersion: '',
        revision: '',
        version: '1.2.3',
      },
    })
  })
})
