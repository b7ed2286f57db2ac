import { describe, expect, it } from 'vitest'
import { DaemonError } from '../daemon/daemon-error.js'
import { askSilences } from './ask-silences.js'

const matcher = (isRegex: boolean, isEqual: boolean) => ({ name: 'a', value: 'b', isRegex, isEqual })

const ANSWER = {
  id: '1',
  status: { state: 'active' },
  matchers: [matcher(false, true), matcher(false, false), matcher(true, true), matcher(true, false)],
  startsAt: '2026-03-02T08:00:00.000Z',
  endsAt: '2026-03-02T09:00:00.000Z',
  createdBy: 'ann',
  comment: 'disks',
}

describe('the silences of a running tracebell', () => {
  it('are read from its API', async () => {
    const [silence] = (await askSilences({ ask: async () => [ANSWER] })) ?? []
    expect(silence).toMatchObject({
      id: '1',
      startsAt: Date.UTC(2026, 2, 2, 8),
      endsAt: Date.UTC(2026, 2, 2, 9),
    })
    expect(silence?.matchers.map(({ operator }) => operator)).toEqual(['=', '!=', '=~', '!~'])
  })

  it('are not known where nobody answers, or something else does', async () => {
    const away = { ask: () => Promise.reject(new DaemonError('daemon', 'nobody is there')) }
    expect(await askSilences(away)).toBeUndefined()
    expect(await askSilences({ ask: async () => ({ no: 'list' }) })).toBeUndefined()
  })
})
