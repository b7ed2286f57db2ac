import type { Timestamp } from '../../model/time.js'
import type { DispatchSettings } from '../delivery/open-rehearsed.js'
import { openRehearsal, type Rehearsal, type RehearsedTelling } from '../delivery/rehearsal.js'
import type { RuleTest } from './rule-test.js'

/** The dispatch of one test, and what receivers were told. */
export interface TestDelivery extends Pick<Rehearsal, 'accept' | 'close'> {
  /** What a receiver has been told until `at`, that moment included, since this was asked before. */
  since(receiver: string, at: Timestamp): Promise<readonly RehearsedTelling[]>
}

/** Where no settings are named, or nothing is expected of them, nobody is told anything. */
export async function openTestDelivery(
  { start, silences, tellings }: RuleTest,
  settings: DispatchSettings | undefined,
): Promise<TestDelivery> {
  const waiting: RehearsedTelling[] = []
  const onTold = (telling: RehearsedTelling): void => void waiting.push(telling)
  const isNeeded = settings !== undefined && tellings.length > 0
  const rehearsal = isNeeded ? await openRehearsal({ settings, silences, start, onTold }) : undefined
  return {
    accept: async (...handedOn) => rehearsal?.accept(...handedOn),
    close: async () => rehearsal?.close(),
    since: async (receiver, at) => {
      await rehearsal?.settle(at)
      const own = waiting.filter((telling) => telling.receiver === receiver)
      waiting.splice(0, waiting.length, ...waiting.filter((telling) => telling.receiver !== receiver))
      return own
    },
  }
}
