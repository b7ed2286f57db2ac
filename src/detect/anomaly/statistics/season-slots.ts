import { MINUTE_MS, type Timestamp } from '../../../model/time.js'
import type { Baseline } from './baseline.js'
import type { ByteReader } from './byte-reader.js'
import type { ByteWriter } from './byte-writer.js'
import { DecayedMoments } from './decayed-moments.js'

const HOUR_MS = 60 * MINUTE_MS
const MOST_SEASONS = 2 ** 32

export interface SeasonOptions {
  /** A slot is known once it was seen in so many seasons. */
  readonly minSeasons: number
  /** A value weighs half as much after so many seasons. A slot not seen for twice as long is not known any more. */
  readonly halfLifeSeasons: number
}

/**
 * A baseline for each hour of a season of so many hours: 24 for a day, 168 for a week. Seasons begin at the Unix epoch and
 * hours are those of UTC. 40 bytes an hour.
 */
export class SeasonSlots {
  private readonly moments: DecayedMoments
  /** In how many seasons each hour was seen. */
  private readonly seen: number[]

  constructor(
    private readonly hours: number,
    private readonly options: SeasonOptions,
  ) {
    this.moments = new DecayedMoments(hours, options.halfLifeSeasons)
    this.seen = Array.from({ length: hours }, () => 0)
  }

  add(value: number, at: Timestamp): void {
    const { slot, season } = this.placeOf(at)
    const seen = this.seen[slot] ?? 0
    if (seen === 0 || season > this.moments.newest(slot)) this.seen[slot] = seen + 1
    this.moments.add(slot, value, season)
  }

  /** The baseline of the hour that holds this moment; undefined where it is not known. */
  find(at: Timestamp): Baseline | undefined {
    const { slot, season } = this.placeOf(at)
    const { minSeasons, halfLifeSeasons } = this.options
    const isKnown = (this.seen[slot] ?? 0) >= minSeasons
    return isKnown && season - this.moments.newest(slot) <= 2 * halfLifeSeasons
      ? this.moments.find(slot)
      : undefined
  }

  /** 33 bytes or a little more for each hour that was seen. */
  writeTo(writer: ByteWriter): void {
    for (const [slot, seen] of this.seen.entries()) {
      writer.count(seen)
      if (seen > 0) this.moments.writeRow(slot, writer)
    }
  }

  /** Throws a `SnapshotError` where the bytes are none of so many hours. */
  readFrom(reader: ByteReader): void {
    for (let slot = 0; slot < this.hours; slot += 1) {
      const seen = reader.count(MOST_SEASONS)
      this.seen[slot] = seen
      if (seen > 0) this.moments.readRow(slot, reader)
    }
  }

  private placeOf(at: Timestamp): { slot: number; season: number } {
    const hour = Math.floor(at / HOUR_MS)
    const season = Math.floor(hour / this.hours)
    return { slot: hour - season * this.hours, season }
  }
}
