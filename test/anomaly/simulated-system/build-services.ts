import type { Dice } from './dice.js'
import type { Instrumentation, Language, Pod, Service, Store, SystemNode } from './system.js'
import { DOMAINS, EDGE_NAMES, NAME_STYLES } from './vocabulary.js'
import { buildCache, buildDatabase, buildExternal } from './build-stores.js'

export const MOST_LAYERS = 4
const LANGUAGES: readonly Language[] = ['java', 'go', 'nodejs', 'python', 'dotnet']

/** What all services of a system have in common. */
export interface Land {
  readonly domain: string
  readonly namespace: string
  readonly nodes: readonly SystemNode[]
  /** Errors leave no mark in any span of such a system. */
  readonly hasStatus: boolean
}

export interface Named {
  readonly noun: string
  readonly service: Service
}

/** From 6 to 25 services: those at the edge first, the deepest last. */
export function buildServices(land: Land, nouns: readonly string[], dice: Dice): readonly Named[] {
  const count = dice.whole(6, 25)
  const edges = count < 9 ? 1 : dice.whole(1, 3)
  const style = dice.pick(NAME_STYLES)
  const front = dice.shuffle(EDGE_NAMES).slice(0, edges)
  const behind = nouns.slice(0, count - edges).map((noun, index) => {
    const layer = index < 2 ? index + 1 : dice.whole(1, count < 12 ? 2 : MOST_LAYERS - 1)
    return { noun, service: buildService(style(noun), noun, layer, land, dice) }
  })
  return [
    ...front.map((name) => ({ noun: name, service: buildService(name, name, 0, land, dice) })),
    ...behind.toSorted((a, b) => a.service.layer - b.service.layer),
  ]
}

/** The nouns of a subject, in some order. */
export function pickSubject(dice: Dice): { readonly domain: string; readonly nouns: readonly string[] } {
  const { name, nouns } = dice.pick(DOMAINS)
  return { domain: name, nouns: dice.shuffle([...new Set([...nouns, ...dice.pick(DOMAINS).nouns])]) }
}

function buildService(name: string, noun: string, layer: number, land: Land, dice: Dice): Service {
  const version = `${dice.whole(0, 6)}.${dice.whole(0, 30)}.${dice.whole(0, 9)}`
  const podCount = dice.chance(0.15) ? 1 : dice.whole(2, 5)
  const birth = dice.whole(0, 2 ** 30).toString(36)
  return {
    name,
    layer,
    language: dice.pick(LANGUAGES),
    instrumentation: buildInstrumentation(land, layer, dice),
    operations: [],
    stores: layer === 0 && dice.chance(0.7) ? [] : buildStores(noun, land.namespace, dice),
    version,
    pods: Array.from({ length: podCount }, () =>
      buildPod(name, birth, version, Number.NEGATIVE_INFINITY, land.nodes, dice),
    ),
  }
}

function buildInstrumentation(land: Land, layer: number, dice: Dice): Instrumentation {
  const status = dice.chance(0.85) ? 'full' : 'codes'
  return {
    convention: dice.pick(['old', 'new', 'both']),
    // Those at the edge have them, so that what lies between services is seen at all.
    clientSpans: layer === 0 ? dice.chance(0.9) : dice.chance(0.8),
    clientNames: dice.pick(['method', 'http-method', 'route']),
    status: land.hasStatus ? status : 'none',
    exceptions: land.hasStatus && dice.chance(0.8),
  }
}

function buildStores(noun: string, namespace: string, dice: Dice): Store[] {
  return [
    ...(dice.chance(0.75) ? [buildDatabase(noun, namespace, dice)] : []),
    ...(dice.chance(0.35) ? [buildCache(noun, namespace, dice)] : []),
    ...(dice.chance(0.15) ? [buildExternal(noun, dice)] : []),
  ]
}

/** A pod of a replica set. */
export function buildPod(
  service: string,
  birth: string,
  version: string,
  bornMs: number,
  nodes: readonly SystemNode[],
  dice: Dice,
): Pod {
  return { name: `${service}-${birth}-${dice.hex(5)}`, node: dice.pick(nodes), version, bornMs }
}

/** Machines, of which most have nearly the right time and some are off by up to seconds. */
export function buildNodes(namespace: string, dice: Dice): readonly SystemNode[] {
  return Array.from({ length: dice.whole(3, 12) }, (_, index) => ({
    name: `node-${namespace}-${String(index).padStart(2, '0')}`,
    zone: `${namespace}-1${dice.pick(['a', 'b', 'c'])}`,
    skewMs: dice.chance(0.7)
      ? dice.between(-4, 4)
      : dice.pick([-1, 1]) * (dice.chance(0.5) ? dice.between(20, 400) : dice.between(700, 3500)),
  }))
}
