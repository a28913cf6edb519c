"""What we sign for one use is worth nothing for another, with the same key."""

import pytest

from aupkeep.app.receiving.notice_draft import Upload
from aupkeep.app.receiving.proof_of_work import make_challenge, read_challenge
from aupkeep.app.receiving.uploads import handle_of, read_handle
from aupkeep.config.keys import secrets_for
from aupkeep.model.errors import Invalid, Unreadable


def test_a_challenge_is_no_handle_and_a_handle_no_challenge(context):
    secrets = secrets_for(context.home, "tokens")
    challenge = make_challenge(secrets[-1], context.now(), bytes(16), bits=17, wait=5).text
    handle = handle_of(context, Upload("0a" * 32, 3))
    assert read_challenge(secrets, challenge, context.now()).bits == 17
    assert read_handle(context, handle).size == 3
    with pytest.raises(Unreadable):
        read_handle(context, challenge)
    with pytest.raises(Invalid):
        read_challenge(secrets, handle, context.now())
    mac = challenge.rpartition(".")[2]
    with pytest.raises(Unreadable):
        read_handle(context, f"{handle.rpartition('.')[0]}.{mac}")
