import type { ConfigFault } from '../config/config-error.js'
import type { Config, ListenersConfig, LogConfig } from '../config/config.js'
import { anyText, oneOf } from '../config/parsers.js'
import { readConfig } from '../config/read-config.js'
import { createVariableReader, type Environment } from '../config/variables.js'
import { LOG_FORMATS, LOG_LEVELS } from '../telemetry/logger.js'

/** The log where nothing can be read of how it should be. */
export const DEFAULT_LOG: LogConfig = { level: 'info', format: 'text', file: undefined }

/**
 * How to log inside an application. Its `LOG_` variables may be meant for somebody else, so that one that is not
 * understood is no reason to stop: the default holds and the fault is told. There is no file unless one is named.
 */
export function readLibraryLog(environment: Environment): { log: LogConfig; faults: readonly ConfigFault[] } {
  const read = createVariableReader(environment)
  const file = read.optional('LOG_FILE', anyText)
  const log: LogConfig = {
    level: read.withDefault('LOG_LEVEL', oneOf(LOG_LEVELS), DEFAULT_LOG.level),
    format: read.withDefault('LOG_FORMAT', oneOf(LOG_FORMATS), DEFAULT_LOG.format),
    file: file?.toLowerCase() === 'off' ? undefined : file,
  }
  return { log, faults: read.faults }
}

const NOT_OURS = /^(?:TRACEBELL|LOG)_/

/**
 * The configuration of alerting inside an application, which listens nowhere and keeps no files. Variables that mean nothing there are
 * not even looked at. Throws a `ConfigError` as `readConfig` does.
 */
export function readLibraryConfig(environment: Environment): Config {
  const ours = Object.entries(environment).filter(([name]) => !NOT_OURS.test(name))
  return { ...readConfig(Object.fromEntries(ours)), listeners: NO_LISTENERS, dataDir: undefined }
}

const NO_LISTENERS: ListenersConfig = {
  api: undefined,
  otlpHttp: undefined,
  otlpGrpc: undefined,
  tempoApi: undefined,
  token: undefined,
  basic: undefined,
  allowedHosts: [],
}
