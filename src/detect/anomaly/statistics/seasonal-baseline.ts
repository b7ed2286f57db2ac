import type { Timestamp } from '../../../model/time.js'
import type { Baseline } from './baseline.js'
import type { ByteReader } from './byte-reader.js'
import type { ByteWriter } from './byte-writer.js'
import { Ewma } from './ewma.js'
import { SeasonSlots, type SeasonOptions } from './season-slots.js'

const DAY_HOURS = 24
const WEEK_HOURS = 7 * DAY_HOURS

export interface SeasonalOptions extends SeasonOptions {
  /** Of the plain baseline, which knows no seasons. */
  readonly halfLifeMs: number
}

export const DEFAULT_SEASONS: SeasonalOptions = {
  minSeasons: 3,
  halfLifeSeasons: 4,
  halfLifeMs: 3_600_000,
}

/** A baseline, and what it is made of: the hours of the same day of the week, of all days, or the recent past. */
export interface SeasonedBaseline extends Baseline {
  readonly of: 'week' | 'day' | 'recent'
}

/**
 * What is usual at an hour of the day and of the week, in UTC, as soon as enough weeks or days were seen, and else what was
 * usual recently: the quiet of a night is usual at night. It takes 8 KB.
 */
export class SeasonalBaseline {
  private recent: Ewma
  private readonly days: SeasonSlots
  private readonly weeks: SeasonSlots

  constructor(options: SeasonalOptions = DEFAULT_SEASONS) {
    this.recent = new Ewma(options.halfLifeMs)
    this.days = new SeasonSlots(DAY_HOURS, options)
    this.weeks = new SeasonSlots(WEEK_HOURS, options)
  }

  /** A value that is not finite is passed over. */
  add(value: number, at: Timestamp): void {
    if (!Number.isFinite(value)) return
    this.recent.add(value, at)
    this.days.add(value, at)
    this.weeks.add(value, at)
  }

  /** What is usual at this moment. */
  find(at: Timestamp): SeasonedBaseline {
    const week = this.weeks.find(at)
    if (week !== undefined) return { ...week, of: 'week' }
    const day = this.days.find(at)
    return day === undefined ? { ...this.recent.find(), of: 'recent' } : { ...day, of: 'day' }
  }

  writeTo(writer: ByteWriter): void {
    this.recent.writeTo(writer)
    this.days.writeTo(writer)
    this.weeks.writeTo(writer)
  }

  /** Throws a `SnapshotError` where the bytes are none of a seasonal baseline. */
  static readFrom(reader: ByteReader, options: SeasonalOptions = DEFAULT_SEASONS): SeasonalBaseline {
    const read = new SeasonalBaseline(options)
    read.recent = Ewma.readFrom(reader, options.halfLifeMs)
    read.days.readFrom(reader)
    read.weeks.readFrom(reader)
    return read
  }
}
