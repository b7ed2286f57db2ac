import type { FindNotice, Notice } from '../../model/notice.js'

/** What receivers were told of each group, for as long as a rehearsal goes. */
export interface NoticeLog {
  readonly find: FindNotice
  keep(notices: readonly Notice[]): void
}

export function createNoticeLog(): NoticeLog {
  const notices = new Map<string, Notice>()
  return {
    find: async (groupKey, receiver, at) => {
      const notice = notices.get(toKey(groupKey, receiver))
      return notice === undefined || notice.expiresAt <= at ? undefined : notice
    },
    keep: (told) => {
      for (const notice of told) notices.set(toKey(notice.groupKey, notice.receiver), notice)
    },
  }
}

function toKey(groupKey: string, receiver: string): string {
  return JSON.stringify([receiver, groupKey])
}
