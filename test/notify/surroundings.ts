import { readFile } from 'node:fs/promises'
import type { Clock } from '../../src/model/clock.js'
import type { NotifierSurroundings } from '../../src/notify/notifier.js'
import { createNotificationRenderer } from '../../src/template/create-notification-renderer.js'
import type { TemplateLinks } from '../../src/template/template-links.js'
import { createTestClock } from '../test-clock.js'

export interface SurroundingsOptions {
  readonly clock?: Clock
  readonly environment?: Readonly<Record<string, string>>
  /** Files by their path from the folder of the configuration; others are read from the disk. */
  readonly files?: Readonly<Record<string, string>>
  readonly links?: TemplateLinks
  readonly allowExec?: boolean
}

/** What notifiers are handed, with nothing of this machine in it. */
export function createSurroundings({
  clock = createTestClock(),
  environment = {},
  files = {},
  links = { jaeger: { url: new URL('http://jaeger.test') } },
  allowExec = false,
}: SurroundingsOptions = {}): NotifierSurroundings {
  return {
    clock,
    untraced: (work) => work(),
    userAgent: 'tracebell/1.2.3',
    secrets: {
      environment,
      folder: '/etc/tracebell',
      readFile: async (path) => files[path.replace('/etc/tracebell/', '')] ?? readFile(path, 'utf8'),
    },
    links,
    render: createNotificationRenderer(links),
    allowExec,
  }
}
