/** Of more mails than wait anywhere near at once. */
const MOST_MAILS = 1000

/** Who has been given which mail, while other recipients of it are still tried. It is forgotten when the process ends. */
export interface GivenRecipients {
  /** Those of the addresses that have not been given this mail yet. */
  waiting(mail: string, addresses: readonly string[]): readonly string[]
  add(mail: string, addresses: readonly string[]): void
  /** Nobody waits for it any more. */
  forget(mail: string): void
}

export function createGivenRecipients(): GivenRecipients {
  const given = new Map<string, ReadonlySet<string>>()
  return {
    waiting: (mail, addresses) => addresses.filter((address) => given.get(mail)?.has(address) !== true),
    add: (mail, addresses) => {
      const all = new Set([...(given.get(mail) ?? []), ...addresses])
      given.delete(mail)
      given.set(mail, all)
      const [oldest] = given.keys()
      if (given.size > MOST_MAILS && oldest !== undefined) given.delete(oldest)
    },
    forget: (mail) => void given.delete(mail),
  }
}
