"""One module a page: parse the request, call one function of `app`, render its record.

`queue` (the first page, at `/`), `chosen` (several of its cases at once), `saved_views`, `case`,
`letter`, `drafts`, `search`, `customers`, `addresses`, `enforcement`, `inbox`, `inquiries`,
`notices`, `permissions`, `grants`,
`sources`, `feeds`, `flows`, `policy`, `statistics`, `journal`, `people` and `settings` are the
desk's;
`report` (the notice form), `reporter`, `customer` and `alert` are anybody's with the link;
`sign_in` and `staff` let a person in, `account` has their passkeys and sessions, `health` and
`metrics` answer machines, `witness` the installs that we witness.

`case.decide` reads the form into a `DecisionForm`, calls `app.pages.case.acts.submit_decision` and
redirects to the case; a refusal shows the page again with what was typed. `staff.staff_page` and
`staff.staff_post` give a view its person, `staff.desk` shows a page in that person's language,
`staff.take` acts and tells a refusal on the page that sent the form.
"""
