import type { Clock } from '../model/clock.js'
import type { LabelSet } from '../model/label-set.js'
import type { Muter } from '../model/muter.js'
import { silenceStateAt, type Silence, type SilenceState } from '../model/silence.js'
import { MINUTE_MS, type Timestamp } from '../model/time.js'
import type { Logger } from '../telemetry/logger.js'
import { checkSilence, type SilenceDraft, type SilenceSize } from './check-silence.js'
import { describeThrown } from '../model/describe-thrown.js'
import { createQueue } from '../model/create-queue.js'
import { endSilence, replaceSilence } from './replace-silence.js'
import { SilenceError } from './silence-error.js'
import { createSilenceIndex } from './silence-index.js'

export interface SilenceLimits extends SilenceSize {
  /** Pending and active ones. */
  readonly silences: number
  /** How long one is kept after its end. */
  readonly keptMs: number
}

export const DEFAULT_SILENCE_LIMITS: SilenceLimits = {
  silences: 10_000,
  keptMs: 5 * 24 * 60 * MINUTE_MS,
  matchers: 100,
  characters: 16_384,
}

export interface SilencesOptions {
  /** What was saved before. */
  readonly load: () => Promise<readonly Silence[]>
  /** Keeps silences as a whole, each in place of the one with its id. */
  readonly save: (silences: readonly Silence[]) => Promise<void>
  /** A new id; unique. */
  readonly createId: () => string
  readonly clock: Clock
  readonly logger: Logger
  readonly limits?: SilenceLimits | undefined
}

/** The silences: who is not to be woken, until when, and who said so. */
export interface Silences {
  /** Reads what was saved. To be called once, before anything else. */
  load(): Promise<void>
  /** Keeps a silence, new or in place of another. It holds once this resolves. Throws `SilenceError`. */
  set(draft: SilenceDraft): Promise<Silence>
  /** Ends a silence. Throws `SilenceError`. */
  expire(id: string): Promise<Silence>
  get(id: string): Silence | undefined
  /** Those in these states, or all; as Alertmanager orders them, what ends first comes first. */
  list(states?: readonly SilenceState[]): readonly Silence[]
  /** The active ones that match, the one that ends last first. */
  matching(labels: LabelSet, at: Timestamp): readonly Silence[]
  readonly mutes: Muter
}

export function createSilences(options: SilencesOptions): Silences {
  const { clock, limits = DEFAULT_SILENCE_LIMITS } = options
  const silences = new Map<string, Silence>()
  const index = createSilenceIndex()
  const serially = createQueue()

  function keep(silence: Silence): void {
    index.put(silence)
    silences.set(silence.id, silence)
  }

  /** Lets go of those that ended long ago. */
  function sweep(at: Timestamp): void {
    for (const { id, endsAt } of silences.values()) {
      if (endsAt + limits.keptMs >= at) continue
      silences.delete(id)
      index.remove(id)
    }
  }

  async function load(): Promise<void> {
    for (const silence of await options.load()) {
      try {
        keep(silence)
      } catch (error) {
        options.logger.error('A saved silence cannot be used', {
          id: silence.id,
          error: describeThrown(error),
        })
      }
    }
  }

  async function set(draft: SilenceDraft): Promise<Silence> {
    const at = clock.now()
    sweep(at)
    checkSilence(draft, at, limits)
    const old = draft.id === undefined || draft.id === '' ? undefined : find(draft.id)
    const { silence, ended } = replaceSilence(old, draft, at, options.createId)
    if (!silences.has(silence.id) && ended === undefined) checkRoom(at)
    const changed = ended === undefined ? [silence] : [ended, silence]
    await options.save(changed)
    changed.forEach(keep)
    return silence
  }

  function checkRoom(at: Timestamp): void {
    const unended = [...silences.values()].filter((each) => silenceStateAt(each, at) !== 'expired')
    if (unended.length >= limits.silences)
      throw new SilenceError(
        'full',
        `there are ${unended.length} silences; no more than ${limits.silences} are kept`,
      )
  }

  async function expire(id: string): Promise<Silence> {
    const at = clock.now()
    const silence = find(id)
    if (silenceStateAt(silence, at) === 'expired')
      throw new SilenceError('expired', `silence ${id} already expired`)
    const ended = endSilence(silence, at)
    await options.save([ended])
    keep(ended)
    return ended
  }

  function find(id: string): Silence {
    const silence = silences.get(id)
    if (silence === undefined)
      throw new SilenceError('unknown', `silence ${JSON.stringify(id.slice(0, 100))} not found`)
    return silence
  }

  function matching(labels: LabelSet, at: Timestamp): readonly Silence[] {
    const active = index.find(labels).filter((silence) => silenceStateAt(silence, at) === 'active')
    return active.toSorted((a, b) => b.endsAt - a.endsAt || compareIds(a, b))
  }

  return {
    load,
    set: (draft) => serially(() => set(draft)),
    expire: (id) => serially(() => expire(id)),
    get: (id) => silences.get(id),
    list: (states) => {
      const at = clock.now()
      const wanted = [...silences.values()].filter(
        (each) => states?.includes(silenceStateAt(each, at)) ?? true,
      )
      return wanted.sort((a, b) => a.endsAt - b.endsAt || compareIds(a, b))
    },
    matching,
    mutes: (labels, at) => {
      const [silence] = matching(labels, at)
      if (silence === undefined) return undefined
      const { id, endsAt, createdBy, comment } = silence
      return { kind: 'silence', id, endsAt, createdBy, comment }
    },
  }
}

function compareIds(a: Silence, b: Silence): number {
  return a.id < b.id ? -1 : 1
}
