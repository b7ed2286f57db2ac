import type { LabelSet } from '../model/label-set.js'
import type { Route } from '../model/route.js'
import { compileMatchers, type LabelPredicate } from './compile-matchers.js'

/** A route that is ready to match. */
export interface RouteNode {
  readonly route: Route
  readonly matches: LabelPredicate
  readonly children: readonly RouteNode[]
}

/** Throws `InvalidMatcher`. */
export function compileRoutes(route: Route): RouteNode {
  return {
    route,
    matches: compileMatchers(route.matchers),
    children: route.routes.map(compileRoutes),
  }
}

/**
 * The routes that an alert takes, in the order of the tree: in each node the first child that matches, and those after
 * it as long as the ones that match say `continue`; the node itself where no child matches.
 */
export function matchRoutes(root: RouteNode, labels: LabelSet): readonly Route[] {
  if (!root.matches(labels)) return []
  const found: Route[] = []
  for (const child of root.children) {
    const below = matchRoutes(child, labels)
    found.push(...below)
    if (below.length > 0 && !child.route.continue) break
  }
  return found.length > 0 ? found : [root.route]
}

/** What became of a route when an alert was routed. `taken`: the alert stays there. `entered`: it went on to a child. */
export type RouteOutcome = 'taken' | 'entered' | 'not matched' | 'not asked'

/** One decision on the way of an alert through the tree. */
export interface RouteStep {
  readonly route: Route
  /** 0 for the root. */
  readonly depth: number
  readonly outcome: RouteOutcome
}

/** Every decision that `matchRoutes` makes for these labels, in the order of the tree. */
export function traceRoutes(root: RouteNode, labels: LabelSet): readonly RouteStep[] {
  return traceNode(root, labels, 0)
}

function traceNode(node: RouteNode, labels: LabelSet, depth: number): readonly RouteStep[] {
  const { route } = node
  if (!node.matches(labels)) return [{ route, depth, outcome: 'not matched' }]
  const below: RouteStep[] = []
  let [isDone, isEntered] = [false, false]
  for (const child of node.children) {
    const steps: readonly RouteStep[] = isDone
      ? [{ route: child.route, depth: depth + 1, outcome: 'not asked' }]
      : traceNode(child, labels, depth + 1)
    below.push(...steps)
    const isMatched = steps[0]?.outcome === 'taken' || steps[0]?.outcome === 'entered'
    isEntered ||= isMatched
    isDone ||= isMatched && !child.route.continue
  }
  return [{ route, depth, outcome: isEntered ? 'entered' : 'taken' }, ...below]
}
