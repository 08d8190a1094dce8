"""Refs on a stick, found by how they begin."""

from __future__ import annotations

from app.flatpak.refs import Ref
from app.stick.store.contents import RefSet

NAMES = [
    "app/org.x.App/x86_64/1",
    "runtime/org.x.Platform.GL.default/x86_64/1",
    "runtime/org.x.Platform.GL.default/x86_64/2",
    "runtime/org.x.Platform.GL.nvidia-1/aarch64/1",
    "runtime/org.x.Platform.GL.nvidia-1/x86_64/1",
    "runtime/org.x.Platform/x86_64/1",
    "runtime/org.x.PlatformGL/x86_64/1",
    "ostree-metadata",
]


def test_what_begins_alike_is_found() -> None:
    there = RefSet(dict.fromkeys(NAMES, ""))
    for prefix in ("runtime/org.x.Platform.GL.", "runtime/org.x.Platform", "app/", "z", ""):
        for arch, branch in (("x86_64", "1"), ("x86_64", "2"), ("aarch64", "1"), ("arm", "1")):
            expected = {
                ref
                for ref in filter(None, map(Ref.parse_or_none, NAMES))
                if (ref.arch, ref.branch) == (arch, branch)
                and f"{ref.kind}/{ref.id}".startswith(prefix)
            }
            assert set(there.with_prefix(prefix, arch, branch)) == expected
    assert "ostree-metadata" in there
    assert "app/org.x.App/x86_64/2" not in there
