"""The policies of buckets in an S3-like object store: read, written and deleted over HTTP.

Each call is signed with AWS Signature Version 4, as such stores take it.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import HTTPSHandler, Request, build_opener

from aupkeep.enforcement.fetch import NoRedirect
from aupkeep.model.errors import DriverRefused, Unavailable

TIMEOUT = 10.0  # seconds for each connect and read
MAX_ANSWER = 1 << 20
NO_POLICY, REFUSED, MANY, FAULT = 404, (400, 403, 405), 429, 500


class ObjectStore:
    """One endpoint, by one key."""

    def __init__(self, options: Mapping[str, Any], now: Callable[[], datetime]) -> None:
        """The options were judged when the driver was opened."""
        self._endpoint = options["endpoint"].rstrip("/")
        self._key, self._secret = options["access_key"], options["secret_key"]
        self._region, self._now = str(options.get("region", "us-east-1")), now
        self._opener = build_opener(NoRedirect, HTTPSHandler())

    def policy(self, bucket: str) -> str | None:
        """The text of a bucket's policy, None where it has none. Raises `Unavailable`."""
        status, body = self._call("GET", bucket, b"")
        if status == NO_POLICY:
            if b"NoSuchBucketPolicy" in body:
                return None
            raise DriverRefused(f"bucket {bucket}: expected one, found none")
        try:
            return body.decode()
        except UnicodeDecodeError as error:
            raise Unavailable(f"bucket {bucket}: expected a policy in UTF-8") from error

    def put_policy(self, bucket: str, text: str | None) -> None:
        """Replace a bucket's policy; None takes it away. Raises `DriverRefused`, `Unavailable`."""
        method, body = ("DELETE", b"") if text is None else ("PUT", text.encode())
        status, _ = self._call(method, bucket, body)
        if status == NO_POLICY:
            raise DriverRefused(f"bucket {bucket}: expected one, found none")

    def _call(self, method: str, bucket: str, body: bytes) -> tuple[int, bytes]:
        path = "/" + quote(bucket, safe="")
        request = Request(  # noqa: S310 - its scheme was checked
            f"{self._endpoint}{path}?policy=",
            data=body if method == "PUT" else None,
            method=method,
            headers=self._signed(method, path, body),
        )
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                return answer.status, answer.read(MAX_ANSWER)
        except HTTPError as error:
            with error:
                said = error.read(MAX_ANSWER)
            if error.code == NO_POLICY:
                return error.code, said
            if error.code in REFUSED:
                raise DriverRefused(f"bucket {bucket}: the store answers {error.code}") from error
            raise Unavailable(f"bucket {bucket}: the store answers {error.code}") from error
        except (OSError, HTTPException, ValueError) as error:
            why = error if isinstance(error, OSError) else type(error).__name__  # else a header
            raise Unavailable(f"the object store does not answer: {why}") from error

    def _signed(self, method: str, path: str, body: bytes) -> dict[str, str]:
        """The headers of a call whose one query is `policy=`."""
        moment = self._now().strftime("%Y%m%dT%H%M%SZ")
        day, digest = moment[:8], hashlib.sha256(body).hexdigest()
        host = urlsplit(self._endpoint).netloc
        names = "host;x-amz-content-sha256;x-amz-date"
        headers = f"host:{host}\nx-amz-content-sha256:{digest}\nx-amz-date:{moment}\n"
        asked = f"{method}\n{path}\npolicy=\n{headers}\n{names}\n{digest}"
        scope = f"{day}/{self._region}/s3/aws4_request"
        hashed = hashlib.sha256(asked.encode()).hexdigest()
        key = f"AWS4{self._secret}".encode()
        for part in (day, self._region, "s3", "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashed}"
        signature = hmac.digest(key, text.encode(), "sha256").hex()
        return {
            "X-Amz-Date": moment,
            "X-Amz-Content-Sha256": digest,
            "Content-Type": "application/json",
            "Authorization": f"AWS4-HMAC-SHA256 Credential={self._key}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}",
        }
