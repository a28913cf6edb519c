"""Interceptions by the API: a colleague's own token, and no other."""

import json

from aupkeep.app.access.tokens import add_token


def test_a_list_and_a_look_take_a_colleague(call, furnished):
    """A token for cases alone sees none; what is not known is not looked at."""
    scopes = ("approve",)
    own = add_token(furnished, "adas", trusted=False, scopes=scopes, days=3, person="ada").token
    assert call("GET", "interceptions", token="case")[0] in (401, 403)
    assert call("GET", "interceptions", token=own) == (200, [])
    body, media = json.dumps({"reason": "which?"}).encode(), "application/json"
    assert call("POST", "interceptions/x/looks", body, token=own, media=media)[0] == 404
