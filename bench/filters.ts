/** The ten filters that run over every span of the load: each looks at something else, and each finds something. */
export const FILTERS = [
  '{ status = error }',
  '{ duration > 500ms }',
  '{ resource.service.name = "payment" }',
  '{ span.http.status_code >= 500 }',
  '{ name =~ "(GET|POST) /cart.*" }',
  '{ kind = client }',
  '{ name = "SELECT products" }',
  '{ span.db.rows > 150 }',
  '{ span.http.method != "GET" }',
  '{ span.db.system = "postgresql" && duration > 100ms }',
] as const
