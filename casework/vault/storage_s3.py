"""Sealed files in an S3-compatible store: one object a part, `prefix/name/000012`."""

import io
import secrets
from collections.abc import Callable, Iterator
from typing import TypeVar
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.error import MinioException
from urllib3.exceptions import HTTPError

from casework.vault.storage import BlobMissing, StoreUnavailable, checked
from config.settings import S3

_FAULTS = (MinioException, HTTPError, OSError, ValueError)
_READ = 256 * 1024
T = TypeVar("T")


class S3Store:
    """A part is one object, so it is stored whole or not at all, and nothing need be finished."""

    def __init__(self, s3: S3, bucket: str, prefix: str) -> None:
        address = urlsplit(s3.endpoint)
        self.bucket, self.prefix = bucket, prefix
        self._client = Minio(
            address.netloc,
            access_key=s3.access_key,
            secret_key=s3.secret_key,
            region=s3.region or "us-east-1",
            secure=address.scheme == "https",
            http_client=urllib3.PoolManager(
                timeout=urllib3.Timeout(connect=3, read=10),
                retries=urllib3.Retry(total=1, backoff_factor=0.1),
            ),
        )

    def write_part(self, blob: str, index: int, data: bytes, *, offset: int) -> None:
        name = f"{self._name(blob)}/{index:06d}"
        self._try(lambda: self._client.put_object(self.bucket, name, io.BytesIO(data), len(data)))

    def finish(self, blob: str) -> None:
        """Every object is durable when its write was answered."""

    def read_parts(self, blob: str) -> Iterator[bytes]:
        names = [name for name, _ in self._parts(blob)]
        if not names:
            raise BlobMissing("no such blob")
        for name in names:
            yield self._try(lambda: self._get(name))  # noqa: B023 - called at once

    def size(self, blob: str) -> int:
        parts = self._parts(blob)
        if not parts:
            raise BlobMissing("no such blob")
        return sum(size for _, size in parts)

    def delete(self, blob: str) -> None:
        # The last part first: what is left after a fault is a truncated blob, which never opens.
        for name, _ in reversed(self._parts(blob)):
            self._try(lambda: self._client.remove_object(self.bucket, name))  # noqa: B023 - called at once

    def healthy(self) -> bool:
        name = "/".join(filter(None, (self.prefix, f"probe-{secrets.token_hex(4)}")))
        try:
            self._client.put_object(self.bucket, name, io.BytesIO(b"probe"), 5)
            self._client.remove_object(self.bucket, name)
        except _FAULTS:
            return False
        return True

    def _name(self, blob: str) -> str:
        return "/".join(filter(None, (self.prefix, checked(blob))))

    def _parts(self, blob: str) -> list[tuple[str, int]]:
        """Names and sizes of the parts there are, in order."""
        prefix = self._name(blob) + "/"
        found = self._try(lambda: list(self._client.list_objects(self.bucket, prefix=prefix)))
        return sorted((str(item.object_name), int(item.size or 0)) for item in found)

    def _get(self, name: str) -> bytes:
        answer = self._client.get_object(self.bucket, name)
        try:
            return b"".join(answer.stream(_READ))
        finally:
            answer.close()
            answer.release_conn()

    def _try(self, deed: Callable[[], T]) -> T:
        try:
            return deed()
        except _FAULTS:
            # No word of the store's own: it names buckets and keys.
            raise StoreUnavailable("the store cannot be used") from None
