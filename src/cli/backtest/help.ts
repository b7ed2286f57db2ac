/** What stands below the options in `tracebell backtest --help`. */
export const BACKTEST_HELP = `Rules are evaluated at whole multiples of their interval, by the same engine as in \`tracebell run\`, and two runs over the
same past print the same. The times of --from and --to are RFC 3339 or Unix seconds.

Over a file the time is that of the data: a span is seen from the moment on at which its line arrived, by --arrival, or
else when the last span until then had ended. A Tempo is asked for each window as \`tracebell run\` asks, and knows all of the
past; it is asked with TEMPO_TENANT, TEMPO_TOKEN (or TEMPO_USERNAME and TEMPO_PASSWORD) and TEMPO_HEADERS. \`embedded\` is the
tracebell that runs here, at TRACEBELL_TEMPO_LISTEN with TRACEBELL_TOKEN.

--alerts-out writes a line of JSON for each anomaly, as a webhook receives it, with \`service\` and \`rule\`: one for each
trace that a firing match rule shows, and one whenever an alert of any other rule begins to fire. Of what is unlike normal a line
also has \`root_cause_service\`, \`root_cause_candidates\` and \`evidence\`, and the signal for its \`anomaly_type\`.

--anomaly-defaults replays the rule \`Unusual\` of the group \`anomalies\`, which needs no configuration, every 10 s: alone, or beside
the rules of --rules.

With --config the report also says who would have been told: how many messages and groups for each receiver, which alerts
were muted and why, and the messages, all of them with --json. Nothing is sent, and no secret is needed.

Ends with 0 whether or not anything would have fired; 2 for rules, options or files that are wrong; 3 where the past could
not be read to its end, a rule could not be evaluated, or a Tempo answered only a part.

Examples:
  tracebell backtest --rules rules/shop.yaml --source traces.jsonl.gz
  tracebell backtest --rules rules --source traces.jsonl.gz --arrival arrival.txt.gz --from 2026-03-02T08:00:00Z --json
  tracebell backtest --rules 'rules/*.yaml' --source traces.jsonl --alerts-out alerts.ndjson
  tracebell backtest --anomaly-defaults --source traces.jsonl.gz --arrival arrival.txt.gz --alerts-out alerts.ndjson
  tracebell backtest --rules rules --source traces.jsonl --config tracebell.yaml
  tracebell backtest --rules rules --source http://localhost:3200 --from 2026-03-02T08:00:00Z --to 2026-03-02T20:00:00Z`
