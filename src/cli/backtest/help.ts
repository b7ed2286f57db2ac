/** What stands below the options in `tracebell backtest --help`. */
export const BACKTEST_HELP = `The time is that of the data: a span is seen from the moment on at which its line arrived, by --arrival, or else when the
last span until then had ended. Rules are evaluated at whole multiples of their interval, by the same engine as in
\`tracebell run\`, and two runs print the same. The times of --from and --to are RFC 3339 or Unix seconds.

--alerts-out writes a line of JSON for each anomaly, as a webhook receives it, with \`service\` and \`rule\`: one for each
trace that a firing match rule shows, and one whenever an alert of a metric rule begins to fire.

Ends with 0 whether or not anything would have fired; 2 for rules, options or files that are wrong; 3 where the file could
not be read to its end, or a rule could not be evaluated.

Examples:
  tracebell backtest --rules rules/shop.yaml --source traces.jsonl.gz
  tracebell backtest --rules rules --source traces.jsonl.gz --arrival arrival.txt.gz --from 2026-03-02T08:00:00Z --json
  tracebell backtest --rules 'rules/*.yaml' --source traces.jsonl --alerts-out alerts.ndjson`
