"""Somebody at a computer that knows a container registry, and what that has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Registry
from app.progress import Cancel, CancelToken, silent
from app.stick.checking.check import CheckOptions
from app.stick.checking.check_place import check_path
from app.stick.checking.keys import Trust
from app.stick.checking.report import CheckReport
from app.stick.environment import Environment
from app.stick.planning.changes import Changes
from app.stick.planning.options import Options
from app.stick.planning.plan import Plan
from app.stick.planning.request import PlanRequest, make_plan
from app.stick.writing.job import run_job
from app.stick.writing.outcome import Outcome
from tests.environments import environment_in
from tests.upstream import Upstream, host_arch

ARCH = host_arch()
APP = f"app/org.test.Notes/{ARCH}/stable"
OTHER = f"app/org.test.Paint/{ARCH}/stable"
LOCALE = f"runtime/org.test.Notes.Locale/{ARCH}/stable"
RUNTIME = f"runtime/org.test.Platform/{ARCH}/1"
ALL = {APP, OTHER, LOCALE, RUNTIME}


def fill(upstream: Upstream) -> None:
    upstream.add_runtime()
    upstream.add_app("org.test.Notes", languages=("de", "en"))
    upstream.add_app("org.test.Paint", size=200_000)


class Person:
    """Somebody at a computer that knows the registry, with an empty drive."""

    def __init__(self, directory: Path, registry: Registry) -> None:
        self.known = Known((), registries=(registry,))
        self.environment: Environment = environment_in(directory / "computer")
        self.root = directory / "drive"
        self.root.mkdir()

    @property
    def layout(self) -> Path:
        return self.root / "satchel/oci"

    def plan(
        self,
        *refs: str,
        root: Path | None = None,
        offline: bool = False,
        sources: tuple[Path, ...] = (),
        **changes: Any,
    ) -> Plan:
        request = PlanRequest(
            root or self.root, refs, None, None,
            Options(ARCH, offline=offline, from_paths=sources),
            changes=Changes(**changes),
        )  # fmt: skip
        return make_plan(request, self.environment, self.known, silent, CancelToken())

    def carry_out(self, plan: Plan, cancel: Cancel | None = None) -> Outcome:
        return run_job(plan, self.environment, self.known, silent, cancel or CancelToken())

    def make(self, *refs: str, **changes: Any) -> Outcome:
        return self.carry_out(self.plan(*refs, **changes))

    def check(self, trust: Trust | None = None) -> CheckReport:
        fetched = self.environment.fetched_images.all()
        options = CheckOptions(trust=trust or Trust(fetched=fetched))
        return check_path(self.root, (), options, silent, CancelToken())

    def codes(self) -> set[str]:
        return {each.code.value for each in self.check().findings}

    def listed(self) -> dict[str, str]:
        """Ref → digest, as clients see it."""
        index = json.loads((self.layout / "index.json").read_text())
        return {
            each["annotations"]["org.opencontainers.image.ref.name"]: each["digest"]
            for each in index["manifests"]
        }

    def for_installers(self) -> dict[str, tuple[int, int]]:
        """Ref → bytes to fetch and to install, as Fedora's installer reads the layout (Anaconda's
        ``flatpak/source.py``). What is of another kind it does not see at all."""
        found = {}
        for entry in json.loads((self.layout / "index.json").read_text())["manifests"]:
            assert entry["mediaType"] == "application/vnd.oci.image.manifest.v1+json"
            manifest = json.loads(self.blob(entry["digest"]).read_bytes())
            config = json.loads(self.blob(manifest["config"]["digest"]).read_bytes())
            labels = config["config"]["Labels"]
            assert labels["org.flatpak.metadata"]
            fetched = sum(layer["size"] for layer in manifest["layers"])
            found[labels["org.flatpak.ref"]] = fetched, int(labels["org.flatpak.installed-size"])
        return found

    def blob(self, digest: str) -> Path:
        return self.layout / "blobs/sha256" / digest.removeprefix("sha256:")

    def blobs(self) -> set[str]:
        return {f"sha256:{path.name}" for path in (self.layout / "blobs/sha256").iterdir()}


def directory(place: Path) -> Path:
    place.mkdir()
    return place
