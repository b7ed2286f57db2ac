import { z } from 'zod'
import { describe, expect, it } from 'vitest'
import { checkShape } from '../config/yaml/check-shape.js'
import { describeFileFault, type FileFault } from '../config/yaml/file-fault.js'
import { readYaml } from '../config/yaml/read-yaml.js'
import { createReport } from '../config/yaml/report.js'
import {
  buildDispatch,
  checkReferences,
  DISPATCH_HINTS,
  dispatchSchema,
  type DispatchPlan,
} from './config.js'

/** Every fault of a file, as people are told. */
function findFaults(text: string): readonly string[] {
  const { yaml, faults: given } = readYaml('t.yaml', text)
  if (yaml === undefined) return given.map(describeFileFault)
  const faults: FileFault[] = [...given]
  const report = createReport(yaml, faults)
  const config = checkShape(dispatchSchema, yaml.value, report, { hints: DISPATCH_HINTS })
  for (const { path, problem } of config === undefined ? [] : checkReferences(config)) report(path, problem)
  return faults.map(describeFileFault)
}

function read(text: string): DispatchPlan | undefined {
  expect(findFaults(text)).toEqual([])
  return buildDispatch(dispatchSchema.parse(readYaml('t.yaml', text).yaml?.value))
}

const WHOLE = `
route:
  receiver: all
  group_by: [alertname, service]
  routes:
    - matchers: ['severity="page"']
      receiver: oncall
      group_wait: 0
      group_interval: 1m
      continue: true
      mute_time_intervals: [nights]
      routes:
        - matchers: [service=~"shop.*", team!=a]
          group_by: [...]
          repeat_interval: 1d
    - matchers: ['severity="page"']
      active_time_intervals: [nights]
receivers:
  - name: all
    slack_configs: []
  - name: oncall
    rate_limit: { notifications: 10, per: 1m }
inhibit_rules:
  - source_matchers: [severity=critical]
    target_matchers: [severity=warning]
    equal: [service]
time_intervals:
  - name: nights
    time_intervals:
      - times: [{ start_time: '22:00', end_time: '24:00' }]
        weekdays: ['monday:friday', sunday]
        days_of_month: [1, '-3:-1']
        months: [5, 'june:august']
        years: ['2026:2027']
        location: Europe/Berlin
maintenance_windows:
  - { name: move, from: 2026-12-24T22:00, to: '2026-12-25T04:00Z', location: Europe/Berlin, comment: new disks }
  - { name: weekly, matchers: [service=db], start_time: '23:00', duration: 3h, weekdays: [saturday] }
  - { name: parts, time_intervals: [{ months: [12] }] }
`

describe('the settings of dispatch', () => {
  it('become a plan', () => {
    const plan = read(WHOLE)
    const common = {
      groupBy: ['alertname', 'service'],
      groupWaitMs: 30_000,
      groupIntervalMs: 300_000,
      repeatIntervalMs: 14_400_000,
    }
    const none = { continue: false, muteTimeIntervals: [], activeTimeIntervals: [], routes: [] }
    const page = { name: 'severity', operator: '=', value: 'page' }
    const shop = { name: 'service', operator: '=~', value: 'shop.*' }
    const oncall = { receiver: 'oncall', groupWaitMs: 0, groupIntervalMs: 60_000 }
    expect(plan?.route).toEqual({
      ...common,
      ...none,
      key: '{}',
      receiver: 'all',
      matchers: [],
      routes: [
        {
          ...common,
          ...none,
          ...oncall,
          key: '{}/{severity="page"}',
          matchers: [page],
          continue: true,
          muteTimeIntervals: ['nights'],
          routes: [
            {
              ...common,
              ...none,
              ...oncall,
              key: '{}/{severity="page"}/{service=~"shop.*",team!="a"}',
              matchers: [shop, { name: 'team', operator: '!=', value: 'a' }],
              groupBy: 'all',
              repeatIntervalMs: 86_400_000,
            },
          ],
        },
        {
          ...common,
          ...none,
          key: '{}/{severity="page"}#2',
          receiver: 'all',
          matchers: [page],
          activeTimeIntervals: ['nights'],
        },
      ],
    })
    expect(plan?.inhibitRules).toEqual([
      {
        sourceMatchers: [{ name: 'severity', operator: '=', value: 'critical' }],
        targetMatchers: [{ name: 'severity', operator: '=', value: 'warning' }],
        equal: ['service'],
      },
    ])
    const nights = {
      times: [{ start: 1320, end: 1440 }],
      weekdays: [
        { start: 1, end: 5 },
        { start: 0, end: 0 },
      ],
      daysOfMonth: [
        { start: 1, end: 1 },
        { start: -3, end: -1 },
      ],
      months: [
        { start: 5, end: 5 },
        { start: 6, end: 8 },
      ],
      years: [{ start: 2026, end: 2027 }],
      timeZone: 'Europe/Berlin',
    }
    expect(plan?.timeIntervals).toEqual([{ name: 'nights', parts: [nights] }])
    const anyDay = { times: [], weekdays: [], daysOfMonth: [], months: [], years: [], timeZone: 'UTC' }
    expect(plan?.maintenanceWindows).toEqual([
      {
        name: 'move',
        comment: 'new disks',
        matchers: [],
        schedule: { kind: 'once', from: Date.UTC(2026, 11, 24, 21), to: Date.UTC(2026, 11, 25, 4) },
      },
      {
        name: 'weekly',
        comment: '',
        matchers: [{ name: 'service', operator: '=', value: 'db' }],
        schedule: {
          kind: 'recurring',
          days: { ...anyDay, weekdays: [{ start: 6, end: 6 }] },
          startMinute: 1380,
          durationMs: 10_800_000,
        },
      },
      {
        name: 'parts',
        comment: '',
        matchers: [],
        schedule: { kind: 'intervals', parts: [{ ...anyDay, months: [{ start: 12, end: 12 }] }] },
      },
    ])
    expect(plan?.rateLimits).toEqual(new Map([['oncall', { notifications: 10, perMs: 60_000 }]]))
  })

  it('go to the first receiver where there is no route, and nowhere without one', () => {
    expect(read('receivers: [{ name: a }, { name: b }]')?.route).toMatchObject({
      receiver: 'a',
      routes: [],
      groupBy: [],
    })
    expect(read('{}')).toBeUndefined()
  })

  it.each([
    ['route: { receiver: a, routs: [] }', 't.yaml:1:23: route.routs: unknown key; did you mean routes?'],
    [
      'route: { receiver: a, routes: [{ match: { a: b } }] }',
      `t.yaml:1:34: route.routes[0].match: unknown key; expected matchers, such as ['severity="page"']`,
    ],
    [
      'route: { receiver: a, matchers: [x=y] }',
      't.yaml:1:23: route.matchers: unknown key; expected one of receiver, group_by, group_wait, group_interval, repeat_interval, routes',
    ],
    ['route: { group_by: [a] }', 't.yaml:1:8: route.receiver: found nothing, expected a name'],
    [
      'route: { receiver: a, routes: [{ matchers: [a] }] }',
      't.yaml:1:45: route.routes[0].matchers[0]: found "a", expected matchers such as severity="page": character 2: found the end, expected one of =, !=, =~ and !~',
    ],
    [
      `route: { receiver: a, routes: [{ matchers: ['a=~"("'] }] }`,
      String.raw`t.yaml:1:45: route.routes[0].matchers[0]: found "a=~\"(\"", expected matchers such as severity="page": not a valid RE2 regular expression: missing closing ): ${'`(`'}`,
    ],
    [
      'route: { receiver: a, group_wait: 5x }',
      't.yaml:1:35: route.group_wait: found "5x", expected a duration such as 30s, 5m or 1h30m',
    ],
    [
      'route: { receiver: a, group_interval: 0s }',
      't.yaml:1:39: route.group_interval: found "0s", expected a duration from 1s on, such as 30s, 5m or 1h30m',
    ],
    [
      'route: { receiver: a, group_by: [..., a] }',
      't.yaml:1:33: route.group_by: found a list, expected ... alone, as it stands for all labels',
    ],
    [
      'route: { receiver: a, group_by: [a, a] }',
      't.yaml:1:33: route.group_by: found a list, expected each label once',
    ],
    [
      'route: { receiver: a }\nreceivers: [{ name: b }]',
      't.yaml:1:20: route.receiver: found "a", expected one of receivers: b',
    ],
    [
      'route: { receiver: a, routes: [{ mute_time_intervals: [x] }] }\nreceivers: [{ name: a }]',
      't.yaml:1:56: route.routes[0].mute_time_intervals[0]: found "x", expected one of time_intervals: none',
    ],
    [
      'inhibit_rules: [{ source_matchers: [], target_matchers: [a=b] }]',
      't.yaml:1:36: inhibit_rules[0].source_matchers: found a list, expected a list of matchers, such as [severity="page", service=~"shop.*"]',
    ],
    [
      'receivers: [{ name: a }, { name: a }]',
      't.yaml:1:34: receivers[1].name: found "a" a second time, after receivers[0]',
    ],
    [
      'time_intervals: [{ name: a, time_intervals: [{ weekdays: [friday:monday] }] }]',
      't.yaml:1:59: time_intervals[0].time_intervals[0].weekdays[0]: found "friday:monday", expected a day such as monday, or a range from sunday to saturday on, such as monday:friday',
    ],
    [
      'time_intervals: [{ name: a, time_intervals: [{ location: Europe/Foo }] }]',
      't.yaml:1:58: time_intervals[0].time_intervals[0].location: found "Europe/Foo", expected a time zone of the IANA database, such as Europe/Berlin or UTC',
    ],
    [
      `time_intervals: [{ name: a, time_intervals: [{ times: [{ start_time: '22:00', end_time: '02:00' }] }] }]`,
      't.yaml:1:56: time_intervals[0].time_intervals[0].times[0]: found a mapping, expected a start_time before the end_time; a range over midnight is two',
    ],
    [
      'maintenance_windows: [{ name: a, from: 2026-06-31T00:00, to: 2026-07-02T00:00 }]',
      't.yaml:1:40: maintenance_windows[0].from: found "2026-06-31T00:00", expected a moment such as 2026-12-24T22:00 (by the clock of location), 2026-12-24T22:00:00Z or 2026-12-24T22:00+01:00',
    ],
    [
      'maintenance_windows: [{ name: a, from: 2026-07-02T00:00, to: 2026-07-02T00:00 }]',
      't.yaml:1:62: maintenance_windows[0].to: found "2026-07-02T00:00", expected a moment after from',
    ],
    [
      'maintenance_windows: [{ name: a, from: 2026-07-02T00:00 }]',
      't.yaml:1:23: maintenance_windows[0]: expected both from and to',
    ],
    [
      'maintenance_windows: [{ name: a }]',
      't.yaml:1:23: maintenance_windows[0]: expected one of: from and to, start_time and duration, or time_intervals',
    ],
    [
      'maintenance_windows: [{ name: a, time_intervals: [], weekdays: [monday] }]',
      't.yaml:1:23: maintenance_windows[0]: found weekdays, expected it only with start_time and duration',
    ],
  ])('%s', (text, fault) => {
    expect(findFaults(text)).toEqual([fault])
  })
})

describe('the JSON Schema of the settings', () => {
  it('can be made, also of routes in routes', () => {
    const schema = z.toJSONSchema(dispatchSchema, { io: 'input', target: 'draft-7' })
    expect(JSON.stringify(schema)).toContain('"#/definitions/')
    expect(Object.keys(schema.properties ?? {})).toEqual([
      'route',
      'inhibit_rules',
      'time_intervals',
      'maintenance_windows',
      'receivers',
    ])
  })
})
