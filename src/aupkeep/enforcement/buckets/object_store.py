"""The policies of buckets in an S3-like object store: read, written and deleted over HTTP."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from aupkeep.enforcement.buckets.signed_calls import MISSING, SignedCalls
from aupkeep.model.errors import DriverRefused, Unavailable


class BucketGone(DriverRefused):
    """There is no such bucket."""


class ObjectStore:
    """One endpoint, by one key."""

    def __init__(self, options: Mapping[str, Any], now: Callable[[], datetime]) -> None:
        self._calls = SignedCalls(options, now)

    def policy(self, bucket: str) -> str | None:
        """The text of a bucket's policy, None where it has none.

        Raises `BucketGone`, `DriverRefused` where it may not be read, `Unavailable`.
        """
        status, body = self._call("GET", bucket, b"")
        if status == MISSING:
            if b"NoSuchBucketPolicy" in body:
                return None
            raise BucketGone(f"bucket {bucket}: expected one, found none")
        try:
            return body.decode()
        except UnicodeDecodeError as error:
            raise Unavailable(f"bucket {bucket}: expected a policy in UTF-8") from error

    def put_policy(self, bucket: str, text: str | None) -> None:
        """Replace a bucket's policy; None takes it away.

        Raises as `policy`.
        """
        method, body = ("DELETE", b"") if text is None else ("PUT", text.encode())
        status, _ = self._call(method, bucket, body)
        if status == MISSING:
            raise BucketGone(f"bucket {bucket}: expected one, found none")

    def _call(self, method: str, bucket: str, body: bytes) -> tuple[int, bytes]:
        path = "/" + quote(bucket, safe="")
        return self._calls.call(method, path, {"policy": ""}, body, f"bucket {bucket}")
