"""What a page shows: one frozen record per page, filled by `app`, rendered by `web`.

The case page of K7QF-2M9X is one `CasePage`: its sentence ("vm-4 tried SSH logins 212 times …"),
the clause word for word, the mail's text cut into parts with the read values marked, who held the
address then with the assignment that proves it, what the rule proposes and what else that touches.
The template adds headings and buttons; it looks nothing up and computes nothing about the case.

So a page is tested without a database, and what the customer sees is decided (and redacted) before
the template ever gets it. The price is a second shape beside the domain records, kept small by
showing only what is on the page. Times are aware and in UTC; the page carries `now`, so "23 h left"
is a property of the record and not of the clock. Texts are plain; the templates escape them.
"""
