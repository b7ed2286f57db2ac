import { parseProof, type ProofSpan } from './proof.js'

const TIMEOUT_MS = 2000

/** Asks a Tempo for the spans of a trace; none where it does not answer. */
export async function fetchProof(tempoUrl: string, traceId: string): Promise<readonly ProofSpan[]> {
  try {
    const response = await fetch(`${tempoUrl}/api/traces/${encodeURIComponent(traceId)}`, {
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    return parseProof(await response.json())
  } catch {
    return []
  }
}
