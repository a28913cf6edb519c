"""What a caller does differently: a refused sign-in is not tried again, a message is skipped."""

from aupkeep.model.errors import Unavailable, Unreadable


class SignInRefused(Unavailable):
    """The server, or the one that gives tokens, refused the credentials themselves."""


class MessageRefused(Unreadable):
    """The server lists the message and does not give it."""
