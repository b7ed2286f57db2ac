/** What stands below the options in `tracebell test --help`. */
export const TEST_HELP = `A file of tests has the shape of promtool's:

  rule_files: [shop.yaml]
  evaluation_interval: 30s
  tests:
    - name: a failing card reader
      input_traces:
        - every: 5s
          to: 10m
          trace: |
            web "GET /checkout" 800ms
              payment Charge 600ms +50ms client error="card refused" http.response.status_code=502
      alert_rule_test:
        - eval_time: 5m
          alertname: CheckoutFails
          exp_alerts:
            - exp_labels: {severity: page, rootServiceName: web, rootName: GET /checkout}

A trace has a line for each span, below its parent and further in: service, name, and then in any order how long it lasts,
+ how long after its parent it starts, its kind, ok, error or error="message", orphan, and attributes, those of the resource
as resource.key=value. In place of \`trace\` there may be \`otlp\`, an OTLP request, or \`file\`, the name of a file of OTLP JSON.
It starts \`at\` some time, and comes again \`every\` so often, \`to\` some time or so many \`times\`, each time \`late\` by so much.
The times count from the start of the test, and rules are evaluated from then on.

With \`config: tracebell.yaml\` beside rule_files a test can say who is told of what, by the routes of that file. Nothing is sent.

      notification_test:
        - eval_time: 5m
          receiver: oncall
          exp_notifications:
            - {group_labels: {alertname: CheckoutFails}, status: firing, contains: [checkouts fail]}

Ends with 0 where all tests pass, 1 where one fails, 2 for files or options that are wrong.

Examples:
  tracebell test rules/shop.test.yaml
  tracebell test rules/*.test.yaml --run 'card|checkout' --json`
