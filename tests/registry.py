"""A container registry with flatpaks in it: the server of flatpak's own tests, with real images.

Both come from Debian's packages: the server from ``flatpak-tests``; the images are what
``flatpak build-bundle --oci`` makes of an upstream.
"""

from __future__ import annotations

import gzip
import hashlib
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from app.flatpak.refs import Ref
from app.flatpak.remotes.remote import Registry
from tests.kept import kept
from tests.upstream import Upstream, host_arch

_SERVER = Path("/usr/libexec/installed-tests/Flatpak/oci-registry-server.py")
_SENT = re.compile(r'"GET /v2/\S+/(?:blobs|manifests)/(sha256:[0-9a-f]{64}) \S+" 200')
_START = "import os, sys; os.dup2(int(sys.argv[1]), 3); os.execv(sys.executable, sys.argv[1:])"


def image_of(upstream: Upstream, ref: str) -> Path:
    """An image layout with the newest commit of ``ref``; read-only."""
    version = subprocess.run(["flatpak", "--version"], check=True, capture_output=True).stdout
    made_from = ref, upstream.refs[ref], version
    return kept("image", made_from, lambda place: _build(upstream, ref, place))


def _build(upstream: Upstream, ref: str, place: Path) -> None:
    parsed = Ref.parse(ref)
    kind = ["--runtime"] if parsed.kind == "runtime" else []
    subprocess.run(
        [
            "flatpak", "build-bundle", "--oci", *kind, f"--arch={parsed.arch}",
            upstream.path, place, parsed.id, parsed.branch,
        ],
        check=True,
        capture_output=True,
        env={"PATH": os.environ["PATH"], "HOME": str(place.parent), "LC_ALL": "C.UTF-8"},
    )  # fmt: skip


class RegistryServer:
    """The server, until the block is left.

    Attributes:
        url: as flatpak's remotes have it: ``oci+http://127.0.0.1:PORT``.
        digests: ref → the digest that it is offered with.
        directory: the images, as layouts.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self._log = directory / "asked"
        self.digests: dict[str, str] = {}
        self._made = 0

    def __enter__(self) -> Self:
        reading, writing = os.pipe()
        with tempfile.TemporaryDirectory() as place, open(self._log, "wb") as log:
            # It says on descriptor 3 that it has started, and in a file at which port.
            self._process = subprocess.Popen(
                [sys.executable, "-c", _START, str(writing), str(_SERVER), "."],
                cwd=place,
                pass_fds=(writing,),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
            os.close(writing)
            assert os.read(reading, 1)
            os.close(reading)
            self.port = int(Path(place, "httpd-port").read_text())
        self.url = f"oci+http://127.0.0.1:{self.port}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """It is away."""
        self._process.kill()
        self._process.wait()

    def registry(self, name: str = "reg") -> Registry:
        return Registry(name, self.url, self.url, "Test registry")

    def add(self, upstream: Upstream, ref: str, *, layer: bytes = b"") -> str:
        """Offer the newest commit of ``ref``; the image's digest. ``layer``: of files, a tar
        archive, that others may have as well."""
        self._made += 1
        layout = self.directory / str(self._made)
        if layer:
            shutil.copytree(image_of(upstream, ref), layout, copy_function=shutil.copyfile)
            _append(layout, layer)
        else:
            layout.symlink_to(image_of(upstream, ref))
        query = urllib.parse.urlencode({"d": str(layout), "detach-icons": "1"})
        self._ask("POST", f"/testing/{repository_of(ref)}/latest?{query}")
        index = json.loads((layout / "index.json").read_text())
        digest: str = index["manifests"][0]["digest"]
        self.digests[ref] = digest
        return digest

    def add_all(self, upstream: Upstream) -> None:
        """Offer all apps and runtimes of ``upstream``."""
        for ref in upstream.refs:
            self.add(upstream, ref)

    def withdraw(self, ref: str) -> None:
        """Offer it no longer."""
        self._ask("DELETE", f"/testing/{repository_of(ref)}/{self.digests.pop(ref)}")

    def blob(self, digest: str) -> Path:
        """A file of which the content is handed out; read-only."""
        (path, *_) = self.directory.glob(f"*/blobs/sha256/{digest.removeprefix('sha256:')}")
        return path

    @property
    def sent(self) -> list[str]:
        """The digests of all content that was handed out, as often as it was."""
        return _SENT.findall(self._log.read_text())

    def layers(self, ref: str) -> list[str]:
        """The digests of an image's layers."""
        manifest = json.loads(self.blob(self.digests[ref]).read_text())
        return [layer["digest"] for layer in manifest["layers"]]

    def _ask(self, method: str, path: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request(method, path)
        assert connection.getresponse().status == 200
        connection.close()


def _append(layout: Path, layer: bytes) -> None:
    """A further layer of the image in ``layout``."""
    blobs = layout / "blobs/sha256"

    def store(data: bytes) -> tuple[str, int]:
        digest = hashlib.sha256(data).hexdigest()
        (blobs / digest).write_bytes(data)
        return f"sha256:{digest}", len(data)

    def read(digest: str) -> Any:
        return json.loads((blobs / digest.removeprefix("sha256:")).read_bytes())

    index = json.loads((layout / "index.json").read_bytes())
    manifest = read(index["manifests"][0]["digest"])
    config = read(manifest["config"]["digest"])
    config["rootfs"]["diff_ids"].append(f"sha256:{hashlib.sha256(layer).hexdigest()}")
    manifest["config"]["digest"], manifest["config"]["size"] = store(json.dumps(config).encode())
    digest, size = store(gzip.compress(layer, mtime=0))
    kind = manifest["layers"][0]["mediaType"]
    manifest["layers"].append({"mediaType": kind, "digest": digest, "size": size})
    entry = index["manifests"][0]
    entry["digest"], entry["size"] = store(json.dumps(manifest).encode())
    (layout / "index.json").write_text(json.dumps(index))


def repository_of(ref: str) -> str:
    """Where in the registry the image of a ref is."""
    parsed = Ref.parse(ref)
    # Of several images of a name and a tag the server hands out the last one only.
    other = "" if parsed.arch == host_arch() else f"-{parsed.arch}"
    return f"{parsed.id}-{parsed.branch}{other}".lower()
