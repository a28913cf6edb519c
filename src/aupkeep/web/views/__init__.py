"""One module a page: parse the request, call one function of `app`, render its record.

`case.decide` reads the form into a `DecisionForm`, calls `app.pages.case.acts.submit_decision` and
redirects to the case; a refusal shows the page again with what was typed. `staff.signed_in` gives a
view its person.
"""
