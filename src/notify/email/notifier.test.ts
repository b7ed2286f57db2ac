import { once } from 'node:events'
import { createServer } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { AT, buildAlert, buildNotification } from '../../../test/notify/build-notification.js'
import { deliverOnce, failureOf, forAlerts } from '../../../test/notify/deliver.js'
import { CA_FILE, MAIL_USER, startMailServer } from '../../../test/notify/mail-server.js'
import { createSurroundings } from '../../../test/notify/surroundings.js'
import { createTestClock } from '../../../test/test-clock.js'
import type { AlertNotifier } from '../notifier.js'
import { composeMail } from './compose.js'
import { emailSchema } from './config.js'
import { decodeMail } from './mail.js'
import { createEmailNotifier } from './notifier.js'

const COMMON = {
  to: ['Ops <ops@example.com>', 'boss@example.com'],
  from: 'Alerts <alerts@example.com>',
  tls_config: { ca_file: CA_FILE },
}
const LOGIN = { auth_username: MAIL_USER.user, auth_password: '${MAIL_PASSWORD}' }
const environment = { MAIL_PASSWORD: MAIL_USER.pass, WRONG: 'wr0ng' }

function create(config: object, clock = createTestClock()): AlertNotifier {
  const parsed = emailSchema.parse({ ...COMMON, ...config })
  return forAlerts(createEmailNotifier(parsed, createSurroundings({ clock, environment })))
}

/** The headers of a mail by their names in lower case, unfolded. */
function headersOf(mime: string): ReadonlyMap<string, string> {
  const head = mime.slice(0, mime.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]+/g, ' ')
  return new Map(
    head
      .split('\r\n')
      .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  )
}

describe('email', () => {
  it('goes to a mail server over STARTTLS with authorization', async () => {
    const server = await startMailServer({ authOptional: false })
    await deliverOnce(create({ ...LOGIN, smarthost: server.smarthost, headers: { 'X-Team': 'shop' } }))
    expect(server.mails).toMatchObject([
      {
        from: 'alerts@example.com',
        to: ['ops@example.com', 'boss@example.com'],
        user: MAIL_USER.user,
        secure: true,
      },
    ])
    const mime = server.mails[0]?.mime ?? ''
    expect(Object.fromEntries(headersOf(mime))).toMatchObject({
      from: 'Alerts <alerts@example.com>',
      to: 'Ops <ops@example.com>, boss@example.com',
      subject: '[FIRING:1] SlowCheckout',
      date: 'Tue, 24 Nov 2026 08:44:00 +0000',
      'x-team': 'shop',
      'auto-submitted': 'auto-generated',
      'content-type': expect.stringMatching(/^multipart\/alternative; boundary=/),
    })
    expect(mime).toContain('Content-Type: text/plain; charset=utf-8')
    expect(mime).toContain('Content-Type: text/html; charset=utf-8')
    expect(mime).toContain('FIRING: Checkout is slow')
  })

  it('is the same, byte for byte, when it is sent again, and of one thread with what follows', async () => {
    const server = await startMailServer()
    const notifier = create({ smarthost: server.smarthost, send_resolved: true })
    await deliverOnce(notifier)
    await deliverOnce(notifier, undefined, { attempt: 2 })
    const over = buildNotification({
      idempotencyKey: 'k2',
      alerts: [buildAlert({ status: 'resolved', endsAt: AT })],
    })
    await deliverOnce(notifier, over)
    const [first, again, resolved] = server.mails.map(({ mime }) => mime)
    expect(again).toBe(first)
    const [begun, ended] = [headersOf(first ?? ''), headersOf(resolved ?? '')]
    expect(ended.get('subject')).toBe('[RESOLVED:1] SlowCheckout')
    expect(ended.get('message-id')).not.toBe(begun.get('message-id'))
    expect(ended.get('references')).toBe(begun.get('references'))
    expect(begun.get('in-reply-to')).toBe(begun.get('references'))
  })

  it('does without TLS only where it is told to', async () => {
    const server = await startMailServer({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] })
    const error = await failureOf(deliverOnce(create({ smarthost: server.smarthost })))
    expect(error).toMatchObject({ retryable: true })
    expect(server.mails).toEqual([])
    await deliverOnce(create({ smarthost: server.smarthost, require_tls: false }))
    expect(server.mails).toMatchObject([{ secure: false }])
  })

  it('gives nothing to a server whose certificate it does not trust', async () => {
    const server = await startMailServer()
    const error = await failureOf(deliverOnce(create({ smarthost: server.smarthost, tls_config: {} })))
    expect(error).toMatchObject({
      reason: 'network',
      retryable: true,
      message: expect.stringContaining('self-signed certificate'),
    })
    expect(server.mails).toEqual([])
  })

  it('says that its password is wrong, and not what it is', async () => {
    const server = await startMailServer({ authOptional: false })
    const error = await failureOf(
      deliverOnce(create({ ...LOGIN, auth_password: '${WRONG}', smarthost: server.smarthost })),
    )
    expect(error).toMatchObject({ reason: 'unauthorized', retryable: false })
    expect(error.message).toContain('Invalid login')
    expect(error.message).not.toContain('wr0ng')
  })

  it.each<[number, string, boolean]>([
    [421, 'server_error', true],
    [450, 'server_error', true],
    [452, 'server_error', true],
    [550, 'client_error', false],
    [554, 'client_error', false],
  ])('answered %i to its text', async (code, reason, retryable) => {
    const server = await startMailServer({
      onData: (stream, _session, done) => {
        stream
          .resume()
          .once('end', () => done(Object.assign(new Error('not this one'), { responseCode: code })))
      },
    })
    const error = await failureOf(deliverOnce(create({ smarthost: server.smarthost })))
    expect(error).toMatchObject({ reason, retryable, message: expect.stringContaining('not this one') })
  })

  it('is given up where some of its recipients are refused, as the others have it', async () => {
    const server = await startMailServer({
      onRcptTo: ({ address }, _session, done) =>
        done(
          address.startsWith('boss')
            ? Object.assign(new Error('no such user'), { responseCode: 550 })
            : undefined,
        ),
    })
    const error = await failureOf(deliverOnce(create({ smarthost: server.smarthost })))
    expect(error).toMatchObject({
      retryable: false,
      message: 'mail server: 1 of 2 recipients were refused; the others got the mail',
    })
    expect(server.mails).toMatchObject([{ to: ['ops@example.com'] }])
  })

  /** A server that answers each recipient what is to be answered, attempt by attempt; and what it was asked for. */
  async function startPickyServer(replies: Readonly<Record<string, readonly (number | undefined)[]>>) {
    const asked: string[] = []
    const server = await startMailServer({
      onRcptTo: ({ address }, _session, done) => {
        const name = address.replace(/@.*/, '')
        const code = replies[name]?.[asked.filter((each) => each === name).length]
        asked.push(name)
        done(
          code === undefined ? undefined : Object.assign(new Error('not this one'), { responseCode: code }),
        )
      },
    })
    return { ...server, asked, notifier: create({ smarthost: server.smarthost }) }
  }

  it.each([450, 451])('is tried again for recipients that are refused for now: %i', async (code) => {
    const { asked, mails, notifier } = await startPickyServer({ boss: [code, code] })
    for (const attempt of [1, 2]) {
      const error = await failureOf(deliverOnce(notifier, undefined, { attempt }))
      expect(error).toMatchObject({ retryable: true, reason: 'server_error' })
    }
    await deliverOnce(notifier, undefined, { attempt: 3 })
    expect(asked).toEqual(['ops', 'boss', 'boss', 'boss'])
    expect(mails).toMatchObject([{ to: ['ops@example.com'] }, { to: ['boss@example.com'] }])
    const [first, last] = mails.map(({ mime }) => headersOf(mime).get('message-id'))
    expect(last).toBe(first)
  })

  it('says at last that a recipient is refused, when all the others have it', async () => {
    const { asked, mails, notifier } = await startPickyServer({ boss: [450], ops: [550, 550] })
    expect(await failureOf(deliverOnce(notifier))).toMatchObject({ retryable: true })
    expect(await failureOf(deliverOnce(notifier, undefined, { attempt: 2 }))).toMatchObject({
      retryable: false,
      reason: 'client_error',
      message: 'mail server: 1 of 2 recipients were refused; the others got the mail',
    })
    expect(asked).toEqual(['ops', 'boss', 'ops', 'boss'])
    expect(mails).toMatchObject([{ to: ['boss@example.com'] }])
  })

  it('tells both who are refused and who are refused for now', async () => {
    const server = await startMailServer({
      onRcptTo: ({ address }, _session, done) => {
        const code = { a: 550, b: 450 }[address.slice(0, 1)]
        done(code === undefined ? undefined : Object.assign(new Error('no'), { responseCode: code }))
      },
    })
    const to = ['a@example.com', 'b@example.com', 'c@example.com']
    const error = await failureOf(deliverOnce(create({ smarthost: server.smarthost, to })))
    expect(error).toMatchObject({
      retryable: true,
      message:
        'mail server: 1 of 3 recipients were refused for now, 1 of 3 recipients were refused; the others got the mail',
    })
    expect(server.mails).toMatchObject([{ to: ['c@example.com'] }])
  })

  it('goes to all again after it has gone to all', async () => {
    const { asked, notifier } = await startPickyServer({ boss: [450] })
    await failureOf(deliverOnce(notifier))
    await deliverOnce(notifier)
    await deliverOnce(notifier)
    expect(asked).toEqual(['ops', 'boss', 'boss', 'ops', 'boss'])
  })

  it('can be tried again where there is no server', async () => {
    const error = await failureOf(deliverOnce(create({ smarthost: '127.0.0.1:1' })))
    expect(error).toMatchObject({
      reason: 'network',
      retryable: true,
      message: expect.stringContaining('ECONNREFUSED'),
    })
  })

  it('is cut short by its time, and by its signal', async () => {
    const silent = createServer()
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    onTestFinished(() => void silent.close())
    const address = silent.address()
    const port = typeof address === 'object' ? address?.port : 0
    const clock = createTestClock()
    const notifier = create({ smarthost: `127.0.0.1:${port}`, timeout: '20s' }, clock)
    const connected = once(silent, 'connection')
    const late = failureOf(deliverOnce(notifier))
    await connected
    await clock.advance(20_000)
    expect(await late).toMatchObject({ reason: 'timeout', retryable: true })
    const stop = new AbortController()
    const again = once(silent, 'connection')
    const stopped = failureOf(deliverOnce(notifier, undefined, { signal: stop.signal }))
    await again
    stop.abort()
    expect(await stopped).toMatchObject({ reason: 'stopped' })
    expect(clock.sleeping).toBe(0)
  })
})

describe("a user's own texts for mail", () => {
  const encode = (config: object, alert = buildAlert()) => {
    const { body } = create({ smarthost: 'mail.test:25', ...config }).encode(
      buildNotification({ alerts: [alert] }),
    )
    return decodeMail(body)
  }
  it('stand in the place of ours', () => {
    const texts = {
      subject: '{{ $status }}: {{ $commonLabels.service }}',
      text: '{% for a in $alerts %}{{ a.annotations.summary }}\n{% endfor %}',
      html: '<b>{{ $commonAnnotations.summary }}</b>',
    }
    expect(encode(texts)).toMatchObject({
      subject: 'firing: shop',
      text: 'Checkout is slow\n',
      html: '<b>Checkout is slow</b>',
    })
    expect(encode({ html: texts.html })).toMatchObject({
      text: encode({}).text,
      html: '<b>Checkout is slow</b>',
    })
  })

  it('are the whole mail where they are only text', async () => {
    const mail = encode({ text: 'look' })
    expect([mail.text, mail.html]).toEqual(['look\n', undefined])
    const config = emailSchema.parse({ ...COMMON, smarthost: 'mail.test:25' })
    const mime = (await composeMail(mail, config)).toString()
    expect(headersOf(mime).get('content-type')).toMatch(/^text\/plain/)
  })

  it('make no markup of what spans say, unless they say so, and no header', () => {
    const alert = buildAlert({ annotations: { summary: '<i>x</i>\r\nBcc: all@example.com' } })
    const html = '{{ $commonAnnotations.summary }} {{ $commonAnnotations.summary | raw }}'
    const mail = encode({ html, subject: '{{ $commonAnnotations.summary }}' }, alert)
    expect(mail.html).toBe('&lt;i&gt;x&lt;/i&gt;\nBcc: all@example.com <i>x</i>\nBcc: all@example.com')
    expect(mail.subject).toBe('<i>x</i> Bcc: all@example.com')
  })

  it('give way to ours where they fail or make nothing', () => {
    const fails = '{% for i in (1..100000) %}x{% endfor %}'
    expect(encode({ subject: '{{ $note }}', text: fails, html: fails })).toEqual(encode({}))
  })
})

describe('what spans say in a mail', () => {
  it('makes no markup and no script', () => {
    const evil = `<script>alert(1)</script><img src=x onerror="x">"'&`
    const trace = {
      ...buildAlert().exemplars[0]!,
      rootSpanName: evil,
      rootServiceName: evil,
      failedServices: [evil],
    }
    const alert = buildAlert({
      labels: { alertname: evil, route: evil },
      annotations: { summary: evil, description: evil, runbook_url: 'javascript:alert(1)' },
      generatorUrl: 'javascript:alert(1)',
      exemplars: [trace],
    })
    const { body } = create({ smarthost: 'mail.test:25' }).encode(
      buildNotification({
        alerts: [alert, buildAlert()],
        foldedNote: evil,
        externalUrl: `http://x.test/"onclick="x`,
      }),
    )
    const { html = '' } = decodeMail(body)
    expect(html).not.toMatch(/<script|<img|javascript:|"onclick=/)
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    const hrefs = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)
    expect(hrefs.filter((href) => !/^https?:\/\//.test(href ?? ''))).toEqual([])
  })

  it('adds no header and no recipient', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'x\r\nBcc: all@example.com',
        'x\nTo: all@example.com\r\n\r\nbody',
        '\u0000\u2028Bcc: x',
        '=?utf-8?Q?=0D=0ABcc:_x?=',
      ),
    )
    const config = emailSchema.parse({ ...COMMON, smarthost: 'mail.test:25' })
    await fc.assert(
      fc.asyncProperty(text, text, async (name, summary) => {
        const alerts = [buildAlert({ labels: { alertname: name }, annotations: { summary } })]
        const notification = buildNotification({ alerts, groupKey: name, idempotencyKey: summary })
        const { body } = create({ smarthost: 'mail.test:25' }).encode(notification)
        const headers = headersOf((await composeMail(decodeMail(body), config)).toString())
        expect([...headers.keys()].toSorted()).toEqual([
          'auto-submitted',
          'content-type',
          'date',
          'from',
          'in-reply-to',
          'message-id',
          'mime-version',
          'references',
          'subject',
          'to',
        ])
        expect(headers.get('to')).toBe('Ops <ops@example.com>, boss@example.com')
      }),
      { numRuns: 50 },
    )
  })
})
