"""`aupkeep interception`: nothing was intercepted, and what nobody knows is not looked at."""


def test_a_list_that_is_empty_and_a_look_at_nothing(lived):
    """The exit code is that of what is not there; the install refuses to begin."""
    assert lived("interception", "list").value == []
    assert lived("interception", "look", "x", "--reason", "which?").code == 4
    assert lived("listen", "off", "--reason", "ready").code == 0
    (case,) = lived("case", "list").value
    words = ("--measure", "intercept", "--destination", "192.0.2.10", "--hours", "2")
    refused = lived("decide", case["reference"], *words, "--reasons", "a page in the way")
    assert (refused.code, "intercepts nothing" in refused.error["message"]) == (6, True)
