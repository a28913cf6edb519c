"""Access: who may come in, and by what: staff, API tokens, links in mail.

`aupkeep staff add ada@example.com --name Ada` calls `staff.add_person`, which makes the person and
a one-time sign-in link for 10 minutes. `links.make_link` makes each link: a random token goes out,
and the database keeps only its HMAC.

    staff.py    people of the desk: added, removed, signed in
    staff_entry.py  the journal entry that each change of a person's record writes
    authority.py    may this person do this: asked by pages, API and commands alike
    absences.py     who is away from when until when
    shell.py    whose a command is: the person mapped to the user of the machine
    first_person.py the first person of a home: whoever gives the first command on it
    unix_users.py   who is mapped to a user of the machine: oneself, or whom an operator says
    makers.py   who else may have acted as a person: whoever made their account, link or token
    credentials.py  whose a token or a one-time link is
    tokens.py   API tokens: made once, stored hashed, scoped, revocable
    webauthn.py     passkeys on the wire: what a browser is asked, what its answer proves
    sessions.py     sessions of the pages: listed, ended at once
    links.py    links in mail: made, opened, revoked
    oidc/       single sign-on: the issuer says who comes in and what they are
"""
