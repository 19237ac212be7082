"""Where an execution keeps its data: a plain folder, or a bucket behind an S3 endpoint.

Only bytes and URIs here. Knows nothing of literals or tasks.
"""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

ACCESS_KEY = "access"
SECRET_KEY = "secret"
REGION = "us-east-1"


class Storage(Protocol):
    """What propeller needs of a store."""

    @property
    def pod_env(self) -> Mapping[str, str]:
        """The variables that let a pod reach the store."""

    def uri(self, *parts: str) -> str:
        """Return the address of a path below the root."""

    def put(self, uri: str, content: bytes) -> None:
        """Write an object, over one that is there."""

    def get(self, uri: str) -> bytes | None:
        """Read an object, None if there is none."""


def upload(storage: Storage, source: Path, *parts: str) -> str:
    """Copy a local file or directory into the store and return its URI."""
    target = storage.uri(*parts, source.name)
    if source.is_dir():
        for path in sorted(source.rglob("*")):
            if path.is_file():
                storage.put(f"{target}/{path.relative_to(source).as_posix()}", path.read_bytes())
    else:
        storage.put(target, source.read_bytes())
    return target


class LocalStorage:
    """A folder on this machine; URIs are absolute paths."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()

    @property
    def pod_env(self) -> Mapping[str, str]:
        """Nothing: a pod reads the paths as they are."""
        return {}

    def uri(self, *parts: str) -> str:
        """Return an absolute path."""
        return str(self.root.joinpath(*parts))

    def put(self, uri: str, content: bytes) -> None:
        """Write a file, its folders too."""
        path = Path(uri)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def get(self, uri: str) -> bytes | None:
        """Read a file, None if there is none."""
        path = Path(uri)
        return path.read_bytes() if path.is_file() else None


class S3Storage:
    """A bucket behind an S3 endpoint that takes any key."""

    def __init__(self, endpoint: str, bucket: str) -> None:
        self.endpoint = endpoint
        self.bucket = bucket
        self._client: Any = botocore.session.get_session().create_client(
            "s3",
            endpoint_url=endpoint,
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
            region_name=REGION,
            config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
        )

    @property
    def pod_env(self) -> Mapping[str, str]:
        """The endpoint and the keys, under the names that flytekit reads."""
        return {
            "FLYTE_AWS_ENDPOINT": self.endpoint,
            "FLYTE_AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "FLYTE_AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        }

    def create_bucket(self) -> None:
        """Make the bucket; an existing one stays as it is."""
        self._client.create_bucket(Bucket=self.bucket)

    def uri(self, *parts: str) -> str:
        """Return an s3:// URI."""
        return "/".join([f"s3://{self.bucket}", *parts])

    def put(self, uri: str, content: bytes) -> None:
        """Write an object."""
        self._client.put_object(**self._address(uri), Body=content)

    def get(self, uri: str) -> bytes | None:
        """Read an object, None if there is none."""
        try:
            response = self._client.get_object(**self._address(uri))
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise
        with response["Body"] as body:
            content: bytes = body.read()
        return content

    def keys(self, prefix: str = "") -> list[str]:
        """Return the keys of the objects below a prefix, in order."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=prefix
        )
        return [found["Key"] for page in pages for found in page.get("Contents", [])]

    def signed_upload(self, uri: str, md5: bytes) -> str:
        """Return a URL that takes one PUT of content with this MD5 digest, for an hour."""
        digest = base64.b64encode(md5).decode()
        url: str = self._client.generate_presigned_url(
            "put_object", Params={**self._address(uri), "ContentMD5": digest}
        )
        return url

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _address(self, uri: str) -> dict[str, str]:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        return {"Bucket": bucket, "Key": key}
