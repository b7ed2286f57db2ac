/** A number as Prometheus writes the value of an alert: `1.25e+01`, `NaN`, `+Inf`. */
export function encodeValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  const [mantissa = '', exponent = ''] = value.toExponential().split('e')
  const sign = Object.is(value, -0) ? '-' : ''
  return `${sign}${mantissa}e${exponent.charAt(0)}${exponent.slice(1).padStart(2, '0')}`
}
