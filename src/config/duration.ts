export { DURATION, formatDurationMs, parseDurationMs } from '../model/duration.js'
