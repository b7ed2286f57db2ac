import { readFileSync } from 'node:fs'

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

/** Reads the files. Throws, with the path, where one cannot be read. */
export function readTls(config: TlsConfig | undefined): TlsOptions {
  if (config === undefined) return {}
  const { ca_file: ca, cert_file: cert, key_file: key, server_name: servername } = config
  return {
    ...(ca === undefined ? {} : { ca: readFileSync(ca) }),
    ...(cert === undefined ? {} : { cert: readFileSync(cert) }),
    ...(key === undefined ? {} : { key: readFileSync(key) }),
    ...(servername === undefined ? {} : { servername }),
    ...(config.insecure_skip_verify === true ? { rejectUnauthorized: false } : {}),
  }
}
