"""Single sign-on: the provider's own issuer says who is of the desk and what they are there.

Ada presses *Sign in with id.fjord.example*: `begin.authorization_address` sends her browser there
with a state, a nonce and the half of a secret (PKCE). She comes back with a code;
`sign_in.come_back` exchanges it, `id_token` reads what the issuer signed, and `person` gives her
record the roles of her groups. Each five minutes of her session `session.still_vouched` asks the
issuer again; when it says no she is out, and after fifteen minutes without its word too.

    issuer.py    what the issuer says of itself, its keys, its answers   begin.py    the way there
    id_token.py  what an ID token proves                                 sign_in.py  the way back
    person.py    the record and its roles; who left                      session.py  asked again
    follow.py    who writes the record: this process, or the worker
"""
