import type { Finding } from '../../model/finding.js'

/** Keeps what an incident is told as, for as long as the same service is to blame: it is one alert, whatever else is found. */
export class ToldIncident {
  private told: Pick<Finding, 'service' | 'signal'> | undefined

  /** The finding, under the signal that it was first told as. */
  keep(finding: Finding | undefined): Finding | undefined {
    if (finding === undefined) this.told = undefined
    else if (this.told?.service !== finding.service) this.told = finding
    return finding && this.told && { ...finding, signal: this.told.signal }
  }
}
