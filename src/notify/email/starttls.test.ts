import { describe, expect, it } from 'vitest'
import { deliverOnce, failureOf, forAlerts } from '../../../test/notify/deliver.js'
import { CA_FILE, MAIL_USER, startMailServer } from '../../../test/notify/mail-server.js'
import { createSurroundings } from '../../../test/notify/surroundings.js'
import { tapWire, type Wire } from '../../../test/notify/wire.js'
import type { AlertNotifier } from '../notifier.js'
import { emailSchema } from './config.js'
import { createEmailNotifier } from './notifier.js'

function create(config: object): AlertNotifier {
  const parsed = emailSchema.parse({
    to: 'ops@example.com',
    from: 'alerts@example.com',
    tls_config: { ca_file: CA_FILE },
    auth_username: MAIL_USER.user,
    auth_password: '${MAIL_PASSWORD}',
    ...config,
  })
  const environment = { MAIL_PASSWORD: MAIL_USER.pass }
  return forAlerts(createEmailNotifier(parsed, createSurroundings({ environment })))
}

/** The commands that somebody on the wire can read: those before TLS. */
function readableIn(wire: Wire): readonly string[] {
  const text = wire.sent().toString('latin1')
  // A record of TLS begins with its type (22, a handshake) and version.
  const tls = text.indexOf('\u0016\u0003')
  return text
    .slice(0, tls === -1 ? undefined : tls)
    .split('\r\n')
    .filter((line) => line !== '')
}

function stripOffer(said: string): string {
  return said.replaceAll(/250([ -])STARTTLS/g, '250$1XXXXXXXX')
}

function refuse(said: string): string {
  return said.replace(/^220 Ready.*/, '502 command not implemented')
}

describe('mail, to somebody on the wire', () => {
  it('shows a greeting and the wish for TLS only', async () => {
    const server = await startMailServer({ authOptional: false })
    const wire = await tapWire(server.smarthost)
    await deliverOnce(create({ smarthost: wire.smarthost, hello: 'tracebell.test' }))
    expect(server.mails).toMatchObject([{ user: MAIL_USER.user, secure: true }])
    expect(readableIn(wire)).toEqual(['EHLO tracebell.test', 'STARTTLS'])
    const sent = wire.sent().toString('latin1')
    const secrets = [MAIL_USER.pass, MAIL_USER.user, 'ops@example.com', 'SlowCheckout']
    const forms = secrets.flatMap((each) => [each, Buffer.from(each).toString('base64')])
    const plain = Buffer.from(`\0${MAIL_USER.user}\0${MAIL_USER.pass}`).toString('base64')
    expect([...forms, plain].filter((each) => sent.includes(each))).toEqual([])
  })

  it('asks for TLS also where the offer was stripped', async () => {
    const server = await startMailServer({ authOptional: false })
    const wire = await tapWire(server.smarthost, stripOffer)
    await deliverOnce(create({ smarthost: wire.smarthost }))
    expect(readableIn(wire)).toEqual(['EHLO localhost', 'STARTTLS'])
    expect(server.mails).toMatchObject([{ user: MAIL_USER.user, secure: true }])
  })

  it.each<[string, (said: string) => string]>([
    ['STARTTLS was stripped and is refused', (said) => refuse(stripOffer(said))],
    [
      'it was, and authorization is offered without it',
      (said) => refuse(stripOffer(said)).replace('250-', '250-AUTH PLAIN LOGIN\r\n250-'),
    ],
    ['the server says that it has no TLS now', (said) => said.replace(/^220 Ready.*/, '454 not now')],
  ])('gives nothing away where %s', async (_, tamper) => {
    const server = await startMailServer({ authOptional: false })
    const wire = await tapWire(server.smarthost, tamper)
    const error = await failureOf(deliverOnce(create({ smarthost: wire.smarthost })))
    expect(error).toMatchObject({ reason: 'network', retryable: true })
    expect(readableIn(wire).filter((line) => !/^(?:EHLO localhost|STARTTLS|QUIT)$/.test(line))).toEqual([])
    expect(server.mails).toEqual([])
  })

  it('is not given to a server with the certificate of another', async () => {
    const server = await startMailServer({ authOptional: false })
    const wire = await tapWire(server.smarthost)
    const tls = { ca_file: CA_FILE, server_name: 'mail.example.com' }
    const error = await failureOf(deliverOnce(create({ smarthost: wire.smarthost, tls_config: tls })))
    expect(error).toMatchObject({ reason: 'network', retryable: true })
    expect(error.message).toContain('does not match certificate')
    expect(readableIn(wire)).toEqual(['EHLO localhost', 'STARTTLS'])
    expect(server.mails).toEqual([])
  })

  it('takes no word for the server that was said before TLS', async () => {
    const server = await startMailServer({ authOptional: false })
    const injected = '220 ready\r\n250-evil\r\n250 AUTH PLAIN\r\n235 you are in\r\n'
    const wire = await tapWire(server.smarthost, (said) => said.replace(/^220 Ready.*\r\n/, injected))
    await deliverOnce(create({ smarthost: wire.smarthost }))
    expect(readableIn(wire)).toEqual(['EHLO localhost', 'STARTTLS'])
    expect(server.mails).toMatchObject([{ user: MAIL_USER.user, secure: true }])
  })

  it('shows nothing at all where TLS begins at once', async () => {
    const server = await startMailServer({ authOptional: false, secure: true })
    const wire = await tapWire(server.smarthost)
    await deliverOnce(create({ smarthost: wire.smarthost, force_implicit_tls: true }))
    expect(readableIn(wire)).toEqual([])
    expect(server.mails).toMatchObject([{ user: MAIL_USER.user, secure: true }])
    const untrusting = create({ smarthost: wire.smarthost, force_implicit_tls: true, tls_config: {} })
    expect(await failureOf(deliverOnce(untrusting))).toMatchObject({ reason: 'network', retryable: true })
    expect(server.mails).toHaveLength(1)
  })
})
