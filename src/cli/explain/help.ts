/** What stands below the options in `tracebell explain --help`. */
export const EXPLAIN_HELP = `RULE is the name of an alert; \`group/alert\` or \`file:line\` where several have one name. Without --source it is asked where
\`tracebell run\` would watch: the Tempo at TEMPO_URL where TEMPO_ENABLED=true, else the tracebell that runs here. The state
comes of evaluations that are made now for the past, by the daemon's own engine; where a daemon answers at
TRACEBELL_API_LISTEN, its own state stands beside it.

Ends with 0 whatever it found; 2 for a rule, an option or a file that is wrong; 3 where the source could not be asked, or
told only a part.

Examples:
  tracebell explain FailedCheckouts
  tracebell explain shop/FailedCheckouts --rules 'rules/*.yaml' --at 2026-03-02T08:04:30Z
  tracebell explain SlowRequests --rules rules/shop.yaml --source traces.jsonl.gz --json`
