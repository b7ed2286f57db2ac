import type { Timestamp } from '../../model/time.js'

/** The moment that times in tests count from: a whole multiple of every interval that divides a day. */
export const TESTS_START: Timestamp = Date.UTC(2000, 0, 1)
