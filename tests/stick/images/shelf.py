"""A container registry of files, of which any may be another than it should be."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.flatpak.refs import Ref
from app.flatpak.registries.image import MANIFEST, container_arch, digest_of
from app.flatpak.remotes.remote import Registry
from tests.registry import image_of, repository_of
from tests.servers import Exchange, HostileServer, Rule
from tests.upstream import Upstream

Change = Callable[[dict[str, Any]], object]


def unchanged(_: dict[str, Any]) -> None:
    """As it was made."""


class Shelf:
    """The registry; ``server`` has the rules for what it answers.

    Attributes:
        digests: ref → the digest of its image.
        blobs: ref → paths of its content, the description first, as they are asked for.
    """

    def __init__(self, server: HostileServer) -> None:
        self.server = server
        self.digests: dict[str, str] = {}
        self.blobs: dict[str, list[str]] = {}
        self._results: dict[str, dict[str, Any]] = {}
        server.everything = self._answer

    def registry(self) -> Registry:
        address = f"oci+{self.server.url}"
        return Registry("reg", address, address, "Test registry")

    def add(
        self,
        upstream: Upstream,
        ref: str,
        config: Change = unchanged,
        manifest: Change = unchanged,
        labels: Change = unchanged,
    ) -> None:
        """Offer an image of it, made anew with what these change in its own files; ``labels``: also
        in the list, where it may be another ref."""
        layout = image_of(upstream, ref)
        blobs = layout / "blobs/sha256"
        (entry,) = json.loads((layout / "index.json").read_text())["manifests"]
        made = json.loads((blobs / entry["digest"][7:]).read_text())
        described = json.loads((blobs / made["config"]["digest"][7:]).read_text())
        labels(described["config"]["Labels"])
        told = dict(described["config"]["Labels"])
        ref = told["org.flatpak.ref"]
        config(described)
        data = json.dumps(described).encode()
        made["mediaType"] = MANIFEST
        made["config"] |= {"digest": digest_of(data), "size": len(data)}
        manifest(made)
        place = repository_of(ref)
        self._put(place, "blobs", data)
        for layer in made.get("layers", []):
            if (content := blobs / layer["digest"][7:]).exists():
                self._put(place, "blobs", content.read_bytes())
        digest = self._put(place, "manifests", json.dumps(made).encode())
        image = {
            "Digest": digest,
            "Architecture": container_arch(Ref.parse(ref).arch),
            "OS": "linux",
            "Labels": told,
        }
        self._results[ref] = {"Name": place, "Images": [image], "Lists": []}
        self.digests[ref] = digest
        asked = (made.get("config", {}), *made.get("layers", []))
        self.blobs[ref] = [f"/v2/{place}/blobs/{each['digest']}" for each in asked if each]

    def withhold(self, path: str, rule: Rule) -> None:
        self.server.always[path] = rule

    def part(self, ref: str, part: str) -> str:
        """The path at which its ``manifest`` is asked for, its ``description`` or its ``layer``."""
        description, layer = self.blobs[ref]
        manifest = f"/v2/{repository_of(ref)}/manifests/{self.digests[ref]}"
        return {"manifest": manifest, "description": description, "layer": layer}[part]

    def _put(self, repository: str, kind: str, data: bytes) -> str:
        digest = digest_of(data)
        path = Path(self.server.root, "v2", repository, kind, digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return digest

    def _answer(self, exchange: Exchange) -> None:
        if exchange.path.startswith("/index/static?"):
            listed = {"Registry": "/", "Results": list(self._results.values())}
            exchange.send("200 OK", json.dumps(listed).encode())
        else:
            exchange.good()
