import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { receiverSchema } from './config.js'

const MAIL = { to: 'ops@example.com', from: 'a@example.com', smarthost: 'mail.example.com:587' }

/** What is wrong with one integration, each with the key where it is. */
function faultsOf(kind: string, config: object): readonly string[] {
  const result = receiverSchema.safeParse({ name: 'oncall', [`${kind}_configs`]: [config] })
  if (result.success) return []
  return result.error.issues.map((issue) => {
    const message = issue.code === 'invalid_key' ? issue.issues[0]?.message : issue.message
    return `${issue.path.slice(2).join('.')}: ${message}`
  })
}

describe('the configuration of receivers', () => {
  it.each<[string, object]>([
    ['webhook', { url: 'https://x.test/?key=1' }],
    ['webhook', { url: '${HOOK_URL}' }],
    ['webhook', { url_file: 'hook.url', signing_secret_file: 'secret', timeout: '10s' }],
    [
      'webhook',
      {
        url: 'http://x.test',
        format: 'template',
        template: '{{ $alerts | json }}',
        content_type: 'text/plain; charset=utf-8',
      },
    ],
    ['alertmanager', { urls: ['http://a.test:9093', 'http://b.test:9093/am'] }],
    ['slack', { api_url: '${SLACK_URL}', channel: '#alerts', icon_emoji: ':bell:' }],
    ['slack', { token_file: 'token', channel: 'C123' }],
    [
      'pagerduty',
      { routing_key: 'k', http_config: { proxy_url: 'http://me:${PW}@p.test:3128', no_proxy: '*' } },
    ],
    [
      'opsgenie',
      { api_key: 'k', http_config: { proxy_from_environment: true, tls_config: { ca_file: 'x' } } },
    ],
    [
      'alertmanager',
      {
        urls: ['http://a.test'],
        http_config: {
          oauth2: { client_id: 'a', client_secret: '${S}', token_url: 'https://t.test', scopes: ['x'] },
        },
      },
    ],
    ['pagerduty', { routing_key: '${KEY}', severity: 'warning' }],
    ['opsgenie', { api_key_file: 'key', region: 'eu', responders: [{ type: 'team', name: 'NOC' }] }],
    ['email', { ...MAIL, auth_username: 'me', auth_password: '${PASS}' }],
    [
      'email',
      { ...MAIL, to: ['Ops <ops@example.com>', 'b@example.com'], smarthost: '[::1]:25', require_tls: false },
    ],
    ['exec', { command: '/usr/local/bin/page', args: ['--now'], env: { TOKEN: '${TOKEN}' } }],
  ])('takes for %s %j', (kind, config) => {
    expect(faultsOf(kind, config)).toEqual([])
  })

  it.each<[string, object, readonly string[]]>([
    ['webhook', {}, [': just one of url, url_file']],
    ['webhook', { url: 'http://x', url_file: 'y' }, ['url_file: just one of url, url_file']],
    ['webhook', { url: 'ftp://x' }, ['url: an address, beginning with http:// or https://']],
    [
      'webhook',
      { url: 'http://x', format: 'xml' },
      ['format: one of alertmanager, anomaly, cloudevents, template'],
    ],
    ['webhook', { url: 'http://x', format: 'template' }, ['format: a template beside the format template']],
    ['webhook', { url: 'http://x', batch: true }, ['batch: nothing, but with the format anomaly']],
    [
      'webhook',
      { url: 'http://x', format: 'template', template: '{{ $nope }}' },
      [expect.stringContaining('template: a template without faults: no variable is called $nope')],
    ],
    ['webhook', { url: 'http://x', timeout: '11m' }, ['timeout: a duration from 1ms to 10m, such as 5s']],
    [
      'webhook',
      { url: 'http://x', http_config: { headers: { 'Content-Length': '1' } } },
      ['http_config.headers.Content-Length: a header that is not set by delivery itself'],
    ],
    [
      'webhook',
      { url: 'http://x', http_config: { basic_auth: { username: 'a' } } },
      ['http_config.basic_auth: just one of password, password_file'],
    ],
    ['webhook', { url: 'http://x', uri: 'y' }, [': Unrecognized key: "uri"']],
    [
      'webhook',
      {
        url: 'http://x',
        http_config: {
          proxy_url: 'socks5://x',
          no_proxy: 'a',
          oauth2: { client_id: 'a', token_url: 'x' },
          authorization: { credentials: 'x' },
        },
      },
      [
        'http_config.oauth2.token_url: an http:// or https:// address without user name and password',
        'http_config.oauth2: just one of client_secret, client_secret_file',
        'http_config.proxy_url: the address of a proxy, beginning with http:// or https://',
        'http_config.oauth2: at most one of basic_auth, authorization, oauth2',
      ],
    ],
    [
      'webhook',
      {
        url: 'http://x',
        http_config: {
          proxy_url: 'http://x',
          proxy_from_environment: true,
          oauth2: { client_id: 'a', token_url: 'http://x' },
          authorization: { credentials: 'x' },
        },
      },
      [
        'http_config.oauth2: just one of client_secret, client_secret_file',
        'http_config.oauth2: at most one of basic_auth, authorization, oauth2',
        'http_config.proxy_from_environment: at most one of proxy_url, proxy_from_environment',
      ],
    ],
    [
      'slack',
      { api_url: 'http://x', http_config: { no_proxy: 'x', basic_auth: {} } },
      ['http_config: Unrecognized key: "basic_auth"', 'http_config.no_proxy: nothing, but with proxy_url'],
    ],
    ['alertmanager', { urls: [] }, ['urls: at least one address']],
    [
      'alertmanager',
      { urls: ['http://me:pw@x.test'] },
      ['urls.0: an http:// or https:// address without user name and password'],
    ],
    [
      'alertmanager',
      { urls: ['not an address'] },
      ['urls.0: an http:// or https:// address without user name and password'],
    ],
    ['slack', { token: 'x' }, [': a channel beside the token']],
    [
      'slack',
      { api_url: 'http://x', title: '{{ .CommonLabels.x }}', text: '{{ $nope }} {{ $none }}' },
      [
        expect.stringContaining("title: a template without faults: Go's fields: here the names are $status"),
        expect.stringContaining('text: a template without faults: no variable is called $nope'),
        expect.stringContaining('text: a template without faults: no variable is called $none'),
      ],
    ],
    [
      'opsgenie',
      { api_key: 'x', details: { a: '{% if %}' }, tags: ['{{ x'], priority: 'P6' },
      [
        expect.stringContaining('tags.0: a text without faults: '),
        'priority: one of P1, P2, P3, P4, P5, or a template that makes one',
        expect.stringContaining('details.a: a text without faults: '),
      ],
    ],
    [
      'slack',
      { api_url: 'http://x', token: 'x', channel: 'y' },
      ['token: just one of api_url, api_url_file, token, token_file'],
    ],
    [
      'pagerduty',
      { routing_key: 'x', severity: 'page' },
      ['severity: one of critical, error, warning, info, or a template that makes one'],
    ],
    [
      'opsgenie',
      { api_key: 'x', responders: [{ type: 'team' }] },
      ['responders.0: just one of id, name, username'],
    ],
    [
      'email',
      { ...MAIL, to: 'ops@example.com\r\nBcc: all@example.com' },
      [expect.stringContaining('to: a mail address such as')],
    ],
    [
      'email',
      { ...MAIL, headers: { Bcc: 'x' } },
      ['headers.Bcc: a header that is not made by tracebell itself'],
    ],
    ['email', { ...MAIL, headers: { 'X-Team': 'a\r\nBcc: x' } }, ['headers.X-Team: a line of ASCII']],
    ['email', { ...MAIL, auth_username: 'me' }, [': auth_username and auth_password together, or neither']],
    [
      'email',
      { ...MAIL, auth_username: 'me', auth_password: 'x', require_tls: false },
      ['require_tls: true, as a password must not cross the network without TLS'],
    ],
    [
      'email',
      { ...MAIL, auth_username: 'me', auth_password: 'x', smarthost: '127.999.1.1:25', require_tls: false },
      ['require_tls: true, as a password must not cross the network without TLS'],
    ],
    ['exec', { command: 'x', env: { 'A=B': 'c' } }, ['env.A=B: the name of a variable']],
  ])('refuses for %s %j', (kind, config, faults) => {
    expect(faultsOf(kind, config)).toEqual(faults)
  })

  it('shows no secret, however it is printed', () => {
    const secret = 'https://x.test/s3cret'
    const config = receiverSchema.parse({
      name: 'all',
      webhook_configs: [
        { url: secret, signing_secret: 's3cret', http_config: { headers: { 'X-Key': 's3cret' } } },
      ],
      slack_configs: [{ api_url: secret }, { token: 's3cret', channel: 'x' }],
      pagerduty_configs: [{ routing_key: 's3cret' }],
      opsgenie_configs: [{ api_key: 's3cret' }],
      email_configs: [{ ...MAIL, auth_username: 's3cret', auth_password: 's3cret' }],
      exec_configs: [{ command: 'x', env: { TOKEN: 's3cret' } }],
    })
    const printed = `${JSON.stringify(config)}${inspect(config, { depth: 20, showHidden: true })}`
    expect(printed).not.toContain('s3cret')
  })

  it('has a JSON Schema for editors', () => {
    expect(z.toJSONSchema(receiverSchema, { io: 'input', target: 'draft-7' })).toMatchObject({
      properties: { slack_configs: { items: { properties: { api_url: { type: 'string' } } } } },
    })
  })
})
