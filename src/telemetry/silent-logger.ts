import type { Logger } from './logger.js'

/** For work whose outcome says all that there is to say. */
export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
