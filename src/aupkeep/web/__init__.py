"""The pages: a view parses the request, asks the desk once, renders the record it gets.

A customer opens the link in a mail: `GET /c/<token>` → `views.customer.show` → the bound desk's
`customer_page(token, "")` → `templates/aupkeep/customer.html`. They choose "fixed" and send: the
POST carries the page's single-use token, the view checks that something was chosen, calls
`answer(…)` and redirects to the same page, which now shows the answer.

Choices and what they cost:
- No JavaScript, and the content security policy forbids it. An analyst's keys are the browser's
  own (tab, enter, access to headings); quick keys would need a script and must be an addition.
  One page has one: the notice form's last, whose proof of work spares its sender a short wait.
- GET changes nothing: mail scanners and previews follow links. So signing in takes a button.
- The words of public pages live in `words` by language, one entry a key; tests hold both languages
  to the same keys. The console speaks English; its data may be in any language.
- Whatever came from outside passes the `plain` filter: control and bidirectional characters become
  visible, nothing is turned into a link.
- `Referrer-Policy: no-referrer` makes a browser send `Origin: null` with a form, which Django's
  cross-site check must refuse. Pages whose address holds a secret keep `no-referrer` and use a
  single-use token instead; the console, whose forms use Django's check, says `same-origin`.
"""
