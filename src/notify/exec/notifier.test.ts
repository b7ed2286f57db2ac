import { describe, expect, it } from 'vitest'
import { buildAlert, buildNotification } from '../../../test/notify/build-notification.js'
import { deliverOnce, failureOf, forAlerts } from '../../../test/notify/deliver.js'
import { startFarEnd } from '../../../test/notify/far-end.js'
import { createSurroundings } from '../../../test/notify/surroundings.js'
import { createTestClock } from '../../../test/test-clock.js'
import type { AlertNotifier } from '../notifier.js'
import { execSchema } from './config.js'
import { createExecNotifier } from './notifier.js'
import { runProgram } from './run-program.js'

const environment = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/home/me',
  DATABASE_PASSWORD: 's3cret',
  HOOK: 'hunter2',
}

/** A program in JavaScript, run by this Node. */
function program(script: string, config: object = {}, clock = createTestClock()): AlertNotifier {
  const parsed = execSchema.parse({ command: process.execPath, args: ['-e', script], ...config })
  return forAlerts(createExecNotifier(parsed, createSurroundings({ clock, environment, allowExec: true })))
}

describe('exec', () => {
  it('is off unless it is allowed', () => {
    const config = execSchema.parse({ command: '/bin/true' })
    expect(() => createExecNotifier(config, createSurroundings())).toThrow(
      'exec_configs need allow_exec: true',
    )
  })

  it("gives a program Alertmanager's document, and an environment with no secret of ours", async () => {
    const far = await startFarEnd()
    const script = `
      let body = ''
      process.stdin.on('data', (text) => (body += text)).on('end', () =>
        fetch(process.argv[1], { method: 'POST', body: JSON.stringify({ body: JSON.parse(body), env: process.env, args: process.argv.slice(2) }) }))`
    const args = ['-e', script, far.origin, '$(reboot)', '; reboot']
    await deliverOnce(program(script, { args, env: { TOKEN: '${HOOK}' } }), undefined, { attempt: 3 })
    expect(far.json()).toMatchObject({
      body: { version: '4', status: 'firing', alerts: [{ labels: { alertname: 'SlowCheckout' } }] },
      env: { HOME: '/home/me', TOKEN: 'hunter2', TRACEBELL_IDEMPOTENCY_KEY: 'k1', TRACEBELL_ATTEMPT: '3' },
      args: ['$(reboot)', '; reboot'],
    })
    expect(far.requests[0]?.body).not.toContain('s3cret')
  })

  it.each<[string, string, string, boolean]>([
    ['75 to be tried again', 'process.exit(75)', 'the program ended with 75', true],
    ['another code for good', 'process.exit(1)', 'the program ended with 1', false],
    [
      'its last words, without the secret that it was given',
      'console.error("first"); console.error("no", process.env.TOKEN, "\\u001b[31m"); process.exitCode = 2',
      'the program ended with 2: no <secret>  [31m',
      false,
    ],
    ['a signal', 'process.kill(process.pid, "SIGTERM")', 'the program was ended by SIGTERM', true],
  ])('understands %s', async (_name, script, message, retryable) => {
    const error = await failureOf(deliverOnce(program(script, { env: { TOKEN: '${HOOK}' } })))
    expect(error).toMatchObject({ message, retryable })
  })

  it('says that a program is not there', async () => {
    const error = await failureOf(deliverOnce(program('', { command: '/no/such/program' })))
    expect(error).toMatchObject({
      message: 'the program /no/such/program cannot be started (ENOENT)',
      retryable: false,
    })
  })

  it('minds neither a program that reads nothing nor one that says too much', async () => {
    const alerts = Array.from({ length: 500 }, (_, n) => buildAlert({ labels: { n: String(n) } }))
    const chatter =
      'for (let n = 0; n < 300; n += 1) { process.stdout.write("x".repeat(10000)); process.stderr.write("y".repeat(10000)) }'
    await deliverOnce(program(`process.stdin.destroy(); ${chatter}`), buildNotification({ alerts }))
    const error = await failureOf(deliverOnce(program(`${chatter}; process.exitCode = 1`)))
    expect(error.message.length).toBeLessThan(300)
  })

  it('ends a program that takes too long, with all that it started', async () => {
    const far = await startFarEnd()
    const clock = createTestClock()
    const child =
      'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); fetch(process.argv[1], { method: "POST", body: String(process.pid) })'
    const script = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(child)}, ${JSON.stringify(far.origin)}], { stdio: "inherit" }); setInterval(() => {}, 1000)`
    const delivery = failureOf(deliverOnce(program(script, { timeout: '10s' }, clock)))
    await expect.poll(() => far.requests.length, { timeout: 20_000 }).toBe(1)
    await clock.advance(10_000)
    expect(await delivery).toMatchObject({
      reason: 'timeout',
      retryable: true,
      message: 'not done within 10000 ms',
    })
    const pid = Number(far.requests[0]?.body)
    await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false)
  })

  it('does not wait for a daemon that holds on to its output', async () => {
    const script =
      'require("node:child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 5000)"], { stdio: "inherit", detached: true }).unref()'
    const end = await runProgram(
      { command: process.execPath, args: ['-e', script], env: { PATH: environment.PATH }, stdin: '' },
      new AbortController().signal,
    )
    expect(end).toMatchObject({ kind: 'exited', code: 0 })
  })

  it('stops with its signal', async () => {
    const stop = new AbortController()
    const delivery = failureOf(
      deliverOnce(program('setInterval(() => {}, 1000)'), undefined, { signal: stop.signal }),
    )
    stop.abort()
    expect(await delivery).toMatchObject({ reason: 'stopped' })
  })
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
