"""A mailbox at another server, read by IMAP (RFC 9051, RFC 3501); an edge of this room.

    imap = open_session(mailbox, mailbox.secrets(), token, most=50 << 20)
    folder = imap.examine("INBOX")            # read only: EXAMINE, never SELECT
    for uid, size in imap.sizes(last + 1):
        data = imap.message(uid)              # BODY.PEEK[]: no flag changes

    session.py     one connection: sign-in, what is new, one message
    access_token.py  tokens: client credentials or a refresh token (RFC 6749)
    refusals.py    a sign-in that was refused, and a message that the server does not give

`app.receiving.mailboxes` decides what is taken and when it is looked again. Nothing here writes:
no flag is set, no message moved or removed, so people go on working in the mailbox as before.
"""
