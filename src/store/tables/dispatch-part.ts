import type { Alert } from '../../model/alert.js'
import type { Notice } from '../../model/notice.js'
import type { DispatchedGroup, DispatchStore, NotificationLog } from '../dispatch-store.js'
import { StoreError } from '../store-error.js'
import type { Core } from './core.js'
import type { Draft } from './draft.js'
import { admit, enqueue, type Admission } from './enqueue.js'
import { forgetOldest } from './forget-oldest.js'
import { KEY_OF, toKey } from './tables.js'

export function createDispatchPart(core: Core): DispatchStore & NotificationLog {
  const { tables, limits } = core

  function admitAll({ outbox }: DispatchedGroup): Admission {
    const admission = admit(core, outbox)
    const [first] = admission.refused
    if (first === undefined || admission.refused.length < outbox.length) return admission
    const found = `${core.outbox.waitingFor(first.target).entries} messages wait for ${first.target}, ${core.outbox.size().waiting} for all`
    throw new StoreError('full', `the outbox has no room for ${outbox.length} more messages: ${found}`)
  }

  function note(draft: Draft, notices: readonly Notice[]): number {
    for (const notice of notices) draft.put('notices', notice)
    return forgetOldest(draft, 'notices', tables.notices, limits.notices)
  }

  return {
    loadActive: () => core.read(() => [...tables.active.values()]),
    findNotice: (groupKey, receiver, at) =>
      core.read(() => {
        const notice = tables.notices.get(toKey(groupKey, receiver))
        return notice !== undefined && notice.expiresAt >= at ? notice : undefined
      }),
    async dispatch(group) {
      const { admitted, repeated, refused, displaced, forgotten } = await core.transact((draft) => {
        const admission = admitAll(group)
        enqueue(core, draft, admission, group.at)
        for (const alert of group.ended) letGo(draft, alert)
        return { ...admission, forgotten: note(draft, group.notices) }
      })
      core.drop('notices', forgotten)
      core.drop('outbox', refused.length + displaced.length)
      return { added: admitted.length, repeated, refused: [...new Set(refused.map(({ target }) => target))] }
    },
  }
}

/** Unless something newer is known of it. One that ended as nobody said any more that it goes on is known as firing. */
function letGo(draft: Draft, ended: Alert): void {
  const key = KEY_OF.active(ended)
  const known = draft.get('active', key)
  if (known !== undefined && known.endsAt <= ended.endsAt) draft.remove('active', key)
}
