import type { MaintenanceWindow } from '../model/maintenance-window.js'
import type { TempoConfig } from '../source/tempo/config.js'
import type { LogFormat, LogLevel } from '../telemetry/logger.js'
import type { ListenAddress } from './parsers.js'
import type { NearMiss } from './near-misses.js'

/** What the checks look for, and how often. */
export interface AlertingConfig {
  readonly intervalMs: number
  readonly lookbackMs: number
  /** How long after its end a trace may become visible and is still found. */
  readonly latenessMs: number
  readonly latencyThresholdMs: number
  /** 0 to 1. */
  readonly errorRateThreshold: number
  readonly repeatMs: number
  readonly webhookUrl: URL | undefined
  /** Whether the anomalies of a check are posted together, as an array. */
  readonly batch: boolean
  /** So long after an anomaly, those of its type, service and span name are counted and not told; 0 tells of each. */
  readonly similarMs: number
  /** When nobody is told of anything. */
  readonly maintenance: readonly MaintenanceWindow[]
}

export interface LogConfig {
  readonly level: LogLevel
  readonly format: LogFormat
  /** Undefined where no file is wanted. */
  readonly file: string | undefined
}

export interface ListenersConfig {
  readonly api: ListenAddress | undefined
  readonly otlpHttp: ListenAddress | undefined
  readonly otlpGrpc: ListenAddress | undefined
  readonly tempoApi: ListenAddress | undefined
  /** A bearer token that lets in. Where there are credentials, they are asked of all but those that ask for health. */
  readonly token: string | undefined
  /** A user name and a password that let in too. */
  readonly basic: { readonly username: string; readonly password: string } | undefined
  /** Names besides those of this machine that requests to a listener on loopback may name; `*` stands for all. */
  readonly allowedHosts: readonly string[]
}

export interface WindowConfig {
  readonly maxBytes: number
  readonly maxAgeMs: number
}

/** Everything a user can set, checked. */
export interface Config {
  /** `tempo` watches a Tempo, `embedded` receives spans itself, `off` does nothing. */
  readonly mode: 'tempo' | 'embedded' | 'off'
  readonly tempo: TempoConfig
  readonly alerting: AlertingConfig
  readonly log: LogConfig
  readonly listeners: ListenersConfig
  readonly window: WindowConfig
  /** Where state is kept over a restart; undefined where it is not. */
  readonly dataDir: string | undefined
  /** Whether rules on what is unlike normal run that no rule file asks for. */
  readonly anomalyDefaults: boolean
  /** Variables that are probably misspelt; worth a warning. */
  readonly nearMisses: readonly NearMiss[]
}
