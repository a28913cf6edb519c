"""Signatures of webhooks, against the example of the standard itself."""

from datetime import UTC, datetime

from aupkeep.model.standard_webhook import keys_of, secret_of, signature_headers

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_the_example_of_the_standard():
    """Its own key, id, time and payload give its own signature."""
    keys, at = keys_of(SECRET), datetime.fromtimestamp(1614265330, UTC)
    headers = signature_headers(keys, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"


def test_each_of_two_secrets_signs():
    other = secret_of(bytes(range(24)))
    both = keys_of(f"{SECRET} {other}")
    at = datetime.fromtimestamp(1614265330, UTC)
    marks = [signature_headers([key], "a", at, b"{}")["webhook-signature"] for key in both]
    assert signature_headers(both, "a", at, b"{}")["webhook-signature"] == " ".join(marks)
    assert keys_of(f"{SECRET} whsec_AAAA") == []
