"""Asks a container registry: for its list of apps, and for images.

Protocols: the Flatpak index protocol (flatpak-oci-specs, ``registry-index.md``); OCI distribution
specification; tokens as in the registry authentication of docker's, which all registries have.
What is fetched by its digest is checked by it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urlencode, urljoin, urlsplit

import pycurl
from msgspec import Struct

from app.credentials import public_address
from app.discreet import Discreet
from app.errors import SatchelError
from app.flatpak.registries.image import (
    DOCKER_MANIFEST,
    MANIFEST,
    MAX_INDEX,
    MAX_JSON,
    Descriptor,
    ImageError,
    RegistryList,
    container_arch,
    digest_of,
    read_list,
)
from app.flatpak.remotes.remote import Registry
from app.formats import schema
from app.message import Message
from app.ostree.pull.answers import Failure, UnauthorizedError, failed, pauses
from app.ostree.pull.fetch import Network, Reply, Validators, ask_for, is_web_address, new_handle
from app.ostree.pull.pausing import rest, stopper, wait
from app.progress import Cancel

LATEST = "latest"
"""The tag where the address names none."""

Write = Callable[[bytes], None]

_CHALLENGE = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,"]+))')
_BEARER = re.compile(r"(?:^|,)\s*bearer\s+(.*)", re.IGNORECASE)
_BASIC = re.compile(r"(?:^|,)\s*basic\b", re.IGNORECASE)
_ASKING = "www-authenticate"
_STATUS = ""
"""Where the status is among the headers."""
_PARTIAL = "206"
_UNCHANGED = "304"
_MAX_TOKEN = 64 << 10
_TOKEN = schema.structure(
    lambda token="", access_token="": token or access_token,
    token=schema.optional(schema.text(_MAX_TOKEN)),
    access_token=schema.optional(schema.text(_MAX_TOKEN)),
)


class DamagedBlobError(ImageError):
    """What a registry sent has another digest than it was asked for."""


class Place(Discreet, Struct, frozen=True):
    """Where a registry's list is.

    Attributes:
        url: of the list, without what it is asked; may hold a password.
        tag: of the images that are meant.
    """

    UNSHOWN = frozenset({"url"})

    url: str
    tag: str


def place_of(registry: Registry) -> Place:
    """Where the list is, from an address as flatpak's remotes have it: ``oci+https://HOST#TAG``.

    Raises `ImageError`.
    """
    address = (registry.url or registry.address).removeprefix("oci+")
    if not is_web_address(address):
        raise ImageError(
            Message("{address} is not the address of a registry.", address=registry.address),
            Message("It looks like oci+https://registry.example.org."),
        )
    parts = urlsplit(address)
    path = parts.path if parts.path.endswith("/") else f"{parts.path}/"
    path = path if path.endswith("/index/") else f"{path}index/"
    return Place(
        parts._replace(path=f"{path}static", fragment="").geturl(), parts.fragment or LATEST
    )


class RegistryClient:
    """One registry; for one thread at a time.

    Attributes:
        registry: as it is known here.
    """

    def __init__(
        self, registry: Registry, network: Network, cancel: Cancel, base: str = ""
    ) -> None:
        """``base``: as another one of the same registry has it. Raises `ImageError` for an address
        that cannot be one.
        """
        self.registry = registry
        self._place = place_of(registry)
        self._network = network
        self._cancel = cancel
        self._handle = new_handle(self._network)
        self._base = base
        self._reached = False
        # Of each repository in the registry, what it wants to see.
        self._authorizations: dict[str, str] = {}

    def close(self) -> None:
        self._handle.close()

    @property
    def base(self) -> str:
        """Where the images are, once the list has been read; may hold a password."""
        return self._base

    # What it lists

    def index(self, arch: str, known: Validators | None = None) -> Reply:
        """The list for an architecture of flatpak's, as it comes; with ``known`` only if it has
        changed. Raises UpstreamError.
        """
        asked = {
            "label:org.flatpak.ref:exists": "1",
            "architecture": container_arch(arch),
            "os": "linux",
            "tag": self._place.tag,
        }
        url = f"{self._place.url}?{urlencode(asked)}"
        user = _basic(self._place.url)
        headers = {"Authorization": user} if user else {}
        headers |= _conditions(known)
        said: dict[str, str] = {}
        data = self._fetch_unnamed(url, MAX_INDEX, headers, said)
        validators = Validators(said.get("etag", ""), said.get("last-modified", ""))
        if known is not None and said.get(_STATUS) == _UNCHANGED:
            return Reply(None, known)
        return Reply(data, validators)

    def use(self, listed: RegistryList) -> None:
        """From now on images come from where the list says that they are."""
        base = urljoin(self._place.url, listed.registry)
        if not is_web_address(base) or (
            self._place.url.startswith("https:") and not base.startswith("https:")
        ):
            raise ImageError(
                Message("{url} leads to no place for images.", url=self.registry.address)
            )
        self._base = base if base.endswith("/") else f"{base}/"

    def list(self, arch: str) -> RegistryList:
        """What it has for an architecture. Raises UpstreamError, `ImageError`."""
        data = self.index(arch).data
        assert data is not None
        listed = read_list(data, arch, self.registry.address)
        self.use(listed)
        return listed

    def icon(self, address: str, limit: int) -> bytes:
        """A picture that the list names by an address. Raises UpstreamError."""
        url = urljoin(self._place.url, address)
        if not is_web_address(url):
            raise ImageError(Message("{url} is no address.", url=public_address(url)))
        return self._fetch_unnamed(url, limit, {})

    # Images

    def manifest(self, repository: str, digest: str) -> bytes:
        """Raises UpstreamError, `DamagedBlobError`."""
        headers = {"Accept": f"{MANIFEST}, {DOCKER_MANIFEST}"}
        url = self._address(repository, "manifests", digest)
        data = self._authorized(
            repository, lambda more: self._fetch(url, MAX_JSON, {**headers, **more})
        )
        return _checked(data, digest, url)

    def small(self, repository: str, blob: Descriptor) -> bytes:
        """Content that is not large. Raises UpstreamError, `DamagedBlobError`."""
        url = self._address(repository, "blobs", blob.digest)
        limit = min(blob.size, MAX_JSON)
        data = self._authorized(repository, lambda more: self._fetch(url, limit, more))
        return _checked(data, blob.digest, url)

    def fetch(self, repository: str, blob: Descriptor, start: int, write: Write) -> None:
        """Content from its byte ``start`` on, in pieces; whoever takes them checks the digest.

        ``write`` is called again from where it was if the server breaks off. Raises UpstreamError,
        and what ``write`` raises.
        """
        url = self._address(repository, "blobs", blob.digest)
        download = _Download(blob.size, start, write)
        remaining = pauses(self._network.retries, self._network.first_pause)
        while download.at < blob.size:
            before = download.at
            failure = self._authorized(
                repository, lambda more: self._try(url, download, _resumed(more, download.at))
            )
            if failure is None:
                break
            if download.at > before:
                remaining = pauses(self._network.retries, self._network.first_pause)
            wait(failure, next(remaining, None), self._cancel)
        if download.at != blob.size:
            raise DamagedBlobError(
                Message("{url} is shorter than it has to be.", url=public_address(url)),
                Message("Try again later."),
            )

    def _address(self, repository: str, kind: str, digest: str) -> str:
        return f"{self._base}v2/{quote(repository)}/{kind}/{digest}"

    # How it is asked

    def _fetch_unnamed(
        self,
        url: str,
        limit: int,
        headers: Mapping[str, str],
        said: dict[str, str] | None = None,
    ) -> bytes:
        """As `_fetch`, of what may come packed and for which there is no token."""
        try:
            return self._fetch(url, limit, headers, said, packed=True)
        except _Challenge as challenge:
            raise challenge.error from challenge

    def _fetch(
        self,
        url: str,
        limit: int,
        headers: Mapping[str, str],
        said: dict[str, str] | None = None,
        *,
        packed: bool = False,
    ) -> bytes:
        """``said`` takes the headers of the answer. That may come ``packed``, and is unpacked then;
        not what is checked by its digest."""
        remaining = pauses(self._network.retries, self._network.first_pause)
        while True:
            chunks: list[bytes] = []
            download = _Download(limit, 0, chunks.append)
            failure = self._try(url, download, headers, said, packed=packed)
            if failure is None:
                return b"".join(chunks)
            # A server that was never there is more likely away than in trouble.
            wait(failure, next(remaining, None) if self._reached else None, self._cancel)

    def _try(
        self,
        url: str,
        download: _Download,
        headers: Mapping[str, str],
        said: dict[str, str] | None = None,
        *,
        packed: bool = False,
    ) -> Failure | None:
        """One request; None if it went well. Raises `_Challenge` where somebody has to be named."""
        rest(self._cancel)
        handle = self._handle
        said = said if said is not None else {}
        ask_for(handle, _without_user(url))
        if packed:
            handle.setopt(pycurl.ACCEPT_ENCODING, "")
        else:
            handle.unsetopt(pycurl.ACCEPT_ENCODING)
        handle.setopt(pycurl.HTTPHEADER, [f"{name}: {value}" for name, value in headers.items()])
        handle.setopt(pycurl.WRITEFUNCTION, download.take(said))
        handle.setopt(pycurl.HEADERFUNCTION, _header_reader(said))
        handle.setopt(pycurl.NOPROGRESS, 0)
        handle.setopt(pycurl.XFERINFOFUNCTION, stopper(self._cancel))
        try:
            handle.perform()
        except pycurl.error as error:
            if download.failure is not None:
                raise download.failure from error
            self._cancel.check()
            code, text = error.args
            self._reached = self._reached or handle.getinfo(pycurl.CONNECT_TIME) > 0
            if download.too_much:
                code = pycurl.E_FILESIZE_EXCEEDED
            reached = handle.getinfo(pycurl.EFFECTIVE_URL) or url
            failure = failed(handle, reached, code, text, self._network.proxy)
            if isinstance(failure.error, UnauthorizedError) and _ASKING in said:
                raise _Challenge(said[_ASKING], failure.error) from error
            return failure
        self._reached = True
        return None

    def _authorized(self, repository: str, ask: Callable[[Mapping[str, str]], Any]) -> Any:
        """What ``ask`` returns, which is handed headers; once more where the registry wants to
        know who asks."""
        known = self._authorizations.get(repository)
        try:
            return ask({"Authorization": known} if known else {})
        except _Challenge as challenge:
            answer = self._answer(repository, challenge)
        self._authorizations[repository] = answer
        try:
            return ask({"Authorization": answer})
        except _Challenge as challenge:
            raise challenge.error from challenge

    def _answer(self, repository: str, challenge: _Challenge) -> str:
        user = _basic(self._place.url)
        bearer = _BEARER.search(challenge.text)
        if bearer is None and user and _BASIC.search(challenge.text):
            return user
        told = _CHALLENGE.findall(bearer[1]) if bearer is not None else []
        # What follows may be another way to answer.
        said = {name.lower(): quoted or bare for name, quoted, bare in reversed(told)}
        realm = said.get("realm", "")
        safe = realm.startswith("https:") or self._base.startswith("http:")
        if not is_web_address(realm) or not safe:
            raise challenge.error
        asked = {"scope": said.get("scope") or f"repository:{repository}:pull"}
        if "service" in said:
            asked["service"] = said["service"]
        url = f"{realm}{'&' if '?' in realm else '?'}{urlencode(asked)}"
        try:
            data = self._fetch(url, _MAX_TOKEN, {"Authorization": user} if user else {})
            token = _TOKEN(schema.parse_json(data))
        except (_Challenge, schema.SchemaError) as error:
            raise challenge.error from error
        if not token or not token.isascii() or not token.isprintable():
            raise challenge.error
        return f"Bearer {token}"


class _Challenge(Exception):
    """A registry wants to know who asks; ``text`` is what it says about how."""

    def __init__(self, text: str, error: SatchelError) -> None:
        super().__init__(text)
        self.text = text
        self.error = error


class _Download:
    """What comes of a file, and how far it is."""

    def __init__(self, size: int, start: int, write: Write) -> None:
        self.at = start
        self.too_much = False
        self.failure: BaseException | None = None
        self._size = size
        self._write = write

    def take(self, said: Mapping[str, str]) -> Callable[[bytes], int | None]:
        """For one request, of which ``said`` gets the answer's headers."""
        # A server that does not know ranges begins at the beginning.
        wanted = self.at
        skipped: int | None = None

        def taken(data: bytes) -> int | None:
            nonlocal skipped
            if skipped is None:
                skipped = wanted if said.get(_STATUS) == _PARTIAL else 0
            fresh = data[max(0, wanted - skipped) :] if skipped < wanted else data
            skipped += len(data)
            self.at += len(fresh)
            self.too_much = self.at > self._size
            if self.too_much:
                return -1
            try:
                if fresh:
                    self._write(fresh)
            except BaseException as error:
                self.failure = error
                return -1
            return None

        return taken


def _conditions(known: Validators | None) -> dict[str, str]:
    if known is not None and known.etag:
        return {"If-None-Match": known.etag}
    if known is not None and known.last_modified:
        return {"If-Modified-Since": known.last_modified}
    return {}


def _resumed(headers: Mapping[str, str], at: int) -> dict[str, str]:
    return {**headers, "Range": f"bytes={at}-"} if at else dict(headers)


def _header_reader(said: dict[str, str]) -> Callable[[bytes], None]:
    def read(line: bytes) -> None:
        if line.startswith(b"HTTP/"):
            said.clear()
            said[_STATUS] = line.decode("latin-1").split()[1]
            return
        name, colon, value = line.decode("latin-1").partition(":")
        name, value = name.strip().lower(), value.strip()
        if name == _ASKING and name in said:
            # One a line, for each way in which it may be answered.
            said[name] += f", {value}"
        elif colon:
            said.setdefault(name, value)

    return read


def _checked(data: bytes, digest: str, url: str) -> bytes:
    if digest_of(data) != digest:
        raise damaged(url)
    return data


def damaged(url: str) -> DamagedBlobError:
    """The error about content that is not what it was asked for by its digest."""
    return DamagedBlobError(
        Message("{url} is not what it has to be: its digest is another.", url=public_address(url)),
        Message("The server is broken or hostile, or something on the way changes what comes."),
    )


def _user(url: str) -> SplitResult | None:
    parts = urlsplit(url)
    return parts if parts.username is not None else None


def _basic(url: str) -> str:
    """What an address says about who asks, as a header; empty if it says nothing."""
    parts = _user(url)
    if parts is None:
        return ""
    pair = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _without_user(url: str) -> str:
    parts = _user(url)
    if parts is None:
        return url
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
