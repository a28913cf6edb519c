"""The pages: a view reads the request, calls one function of `app`, renders the record it gets.

A customer opens the link in a mail: `GET /c/<token>` → `urls` → `views.customer.show` →
`app.pages.customer.load.customer_page(context, token, "")` → `templates/aupkeep/customer.html`.
They choose "fixed" and send: the POST carries the page's single-use token, the view checks that
something was chosen, calls `app.deciding.answers.give_answer` and redirects to the same page, which
now shows the answer. The context is the one `site.wsgi` has bound (`app.context.bound`).

    urls.py       which view answers an address    views/         one module a page
    words/        texts of pages, by key           templates/     the pages as HTML
    faults.py     errors as pages                  headers.py     security headers of every answer
    fields.py     reading a posted form            formatting.py  times, sizes, hostile text
    chart.py      the traffic picture as an SVG    templatetags/  what the templates call
    diagrams.py   bars and ranges of statistics
    static_compression.py  our style sheets, compressed
    refusals.py            each answer that refuses, in the log
    whole_text.py          no NUL and no half character in what pages are sent

Choices and what they cost:
- Every page works without JavaScript. Five scripts add to some: keys and the box of commands
  (`keys.js`), rows that renew themselves (`live.js`), drafts (`draft.js`), passkeys (`passkey.js`),
  and the notice form's proof of work, which spares its sender a short wait (`proof.js`).
- GET changes nothing: mail scanners and previews follow links. So signing in takes a button.
- Each page speaks its reader's language. Most of the console's templates say `{% t "Take it" %}`:
  the English is the key, and `app/pages/bokmal.json` has its Bokmål. Public pages and some of the
  console's (customers, people, statistics, search, grants) say `{% word key %}`: `words` has both
  languages. Tests hold each text in both.
- Whatever came from outside passes the `plain` filter: control and bidirectional characters become
  visible, nothing is turned into a link.
- `Referrer-Policy: no-referrer` makes a browser send `Origin: null` with a form, which Django's
  cross-site check must refuse. Pages whose address holds a secret keep `no-referrer` and use a
  single-use token instead; the console, whose forms use Django's check, says `same-origin`.
"""
