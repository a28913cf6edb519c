"""The API under /api/v1: reports and findings in, cases out, agents' states.

    POST /api/v1/reports    message/rfc822 or XARF JSON; 202 after the bytes are durable
    POST /api/v1/notices    a notice as JSON, by anybody who solves a challenge or has a token
    POST /api/v1/findings   our own telemetry's findings, with a trusted token
    PUT  /api/v1/customers  customers as CSV, as the command takes them
    PUT  /api/v1/names      whose a host name is at a shared address, as CSV
    GET  /api/v1/who        who held an address at a moment
    GET  /api/v1/cases      cases, and one by its reference
    GET  /api/v1/…          what the desk's own pages show: permissions, outbox, policy, statistics;
                            journal, staff, tokens, settings; enforcement, why, feeds, flows
    GET  /api/v1/grants     what may leave while the install listens; asked for, given, ended
    GET  /api/v1/search     one search; likewise …/customers and …/addresses, lists and one of each
    POST /api/v1/cases/…    what a person does: decisions, close, notes, …; undo, freeze, thaw
    GET  /api/v1/reseller/… cases of the customers below a reseller, for its own program
    GET  /api/v1/desired/…  the signed desired state of one agent; POST /api/v1/status/… its report

A program posts a mail: `router.post_report` checks the media type, `tokens.ScopedToken` has let it
in, `bodies.read_body` reads the bytes within a limit, `app.receiving.receive.receive` makes them
durable, and the record it returns becomes JSON by `model.as_json`. `desk` holds the desk's own
lists, `acts` what a person does on a case (with If-Match of an older state 412: `acts.matched`; the
ETag is `app.deciding.case_seen.tag_of`, sent by `lookups`), `house_acts` what they do to no single
case, `lookups` a search with cases, customers and addresses, `absences` who is away, `webhooks`
which programs hear of events, `notices` what the public notices use, `letters` letters by people,
`tickets` what is handed over to a ticket system, `probes` tests of a case, `inbox` what waits for a
person, `interceptions` what is diverted, `reseller` what a reseller's own program reads and
answers, `grants` those of grants and of the listen report, `views` saved views of the queue,
`standing` measures and why, lists that are fetched, and flows, `faults` the one shape of errors,
`exact` what a request may say and nothing else, `paging` what a page of a list may be.

A bearer token with the scope of the same name opens each. Errors are
problem details (RFC 9457) with the status of their class in `model.errors`. The OpenAPI document is
served at /api/v1/openapi.json.
"""
