import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** TLS as the user sets it, in Alertmanager's words. */
export interface TlsConfig {
  readonly ca_file?: string | undefined
  readonly cert_file?: string | undefined
  readonly key_file?: string | undefined
  readonly server_name?: string | undefined
  readonly insecure_skip_verify?: boolean | undefined
}

/** TLS as Node takes it. */
export interface TlsOptions {
  readonly ca?: Buffer
  readonly cert?: Buffer
  readonly key?: Buffer
  readonly servername?: string
  readonly rejectUnauthorized?: boolean
}

/** Reads the files, whose paths begin in `folder`. Throws, with the path, where one cannot be read. */
export function readTls(config: TlsConfig | undefined, folder: string): TlsOptions {
  if (config === undefined) return {}
  const read = (path: string): Buffer => readFileSync(resolve(folder, path))
  const { ca_file: ca, cert_file: cert, key_file: key, server_name: servername } = config
  return {
    ...(ca === undefined ? {} : { ca: read(ca) }),
    ...(cert === undefined ? {} : { cert: read(cert) }),
    ...(key === undefined ? {} : { key: read(key) }),
    ...(servername === undefined ? {} : { servername }),
    ...(config.insecure_skip_verify === true ? { rejectUnauthorized: false } : {}),
  }
}
