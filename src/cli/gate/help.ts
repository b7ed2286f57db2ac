/** What stands below the options in `tracebell gate --help`. */
export const GATE_HELP = `Rules are evaluated over the last --window, every interval up to the end, with the life cycle of \`tracebell run\`: an alert
has to last for its \`for\`. A rule looks back by its own window, so that the first evaluations see what came before.

A Tempo shows traces after a while (40 s by default): the gate waits for it first, and says so, so that what was sent just
before counts. --no-wait looks at what is shown already. --timeout is for all of it; a wait that is longer is refused.
Without --source: the Tempo at TEMPO_URL where TEMPO_ENABLED=true, else the tracebell that runs here. A file is taken for
all that there was; where it is shorter than a rule's window, the rule is judged once, over all of it.

Ends with
  0  nothing fired, and all was seen. Also where there was no trace, if the rules do not say otherwise (no_data) and without
     --require-data: in CI, --require-data finds the test that sent nothing
  1  an alert has fired, also if it has ended since, or if not everything could be seen
  2  rules, options or files are wrong
  3  nobody can know: the source did not answer, or answered a part only; a rule could not be evaluated, or could not fire
     as its \`for\` is longer than the evaluations go; a rule with \`no_data: keep\` found no trace; a line of a file is bad,
     or spans in it end more than 5 min ahead of all others, and were left out; the time was up

Prints a line for each alert, and a last one that begins with \`gate:\`.

Examples:
  tracebell gate --rules rules --source http://localhost:3200 --window 10m --require-data
  tracebell gate --rules rules/shop.yaml --source traces.jsonl.gz --json
  tracebell gate --rules rules --source embedded --window 2m --no-wait`
