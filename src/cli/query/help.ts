/** What stands below the options in `tracebell query --help`. */
export const QUERY_HELP = `Without --source: the Tempo at TEMPO_URL where TEMPO_ENABLED=true, else the tracebell that runs here. A Tempo is asked
with TEMPO_TENANT, TEMPO_TOKEN (or TEMPO_USERNAME and TEMPO_PASSWORD) and TEMPO_HEADERS, a tracebell at
TRACEBELL_TEMPO_LISTEN with TRACEBELL_TOKEN.

Ends with 0 where there is an answer, even an empty one; 2 for a query, an option or a file that is wrong; 3 where the
source gave no answer, or only a part of one.

Examples:
  tracebell query '{ status = error && duration > 100ms }'
  tracebell query '{ resource.service.name = "cart" }' --source http://localhost:3200 --since 3h --limit 100
  tracebell query '{ status = error } | rate() by (resource.service.name)' --source traces.jsonl.gz --step 1m
  tracebell query '{} | quantile_over_time(duration, .99)' --instant --json`
