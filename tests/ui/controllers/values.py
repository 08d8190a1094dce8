"""Values that controllers are told, as small as they can be."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

from app.drive.space import Space
from app.message import NOTHING
from app.stick.checking.report import CheckReport
from app.stick.findings import Finding
from app.stick.inspecting.inspection import InspectedRef, RefKind
from app.stick.planning.options import Options
from app.stick.planning.plan import Plan
from app.stick.store.upstream_copy import RefState
from app.trust.verdict import Verdict
from ui.state.works.work import WorkOutcome

GB = 10**9


def plan(
    until: int | None = None,
    options: Options | None = None,
    *,
    fits: bool = True,
    total: int = 0,
    takes: int = 0,
) -> Plan:
    """Of which little is known but when its first key ends, and how it is to be carried out.

    ``total``: bytes that it stores; ``takes``: the room for them.
    """
    known = SimpleNamespace(
        until=until,
        options=options or Options("x86_64"),
        items=(),
        staying=(),
        removed=(),
        estimate=SimpleNamespace(
            fits=fits,
            left=5 * GB,
            total=total,
            takes=takes,
            write=takes,
            held=0,
            first=0,
            space=space(),
        ),
        chosen_left_out=(),
        terms=(),
        bundles=(),
        removed_bundles=(),
        location=SimpleNamespace(root=Path("/media/APPS")),
    )
    return cast(Plan, known)


def report(*findings: Finding) -> CheckReport:
    return CheckReport(findings, refs=1, objects=10, bytes=1000, seconds=1.0)


def drive_ref(ref: str, *, chosen: bool = False, needed_by: tuple[str, ...] = ()) -> InspectedRef:
    """On a drive; of which little is known."""
    kinds = {"app": RefKind.APP, "os": RefKind.SYSTEM}
    kind = kinds.get(ref.partition("/")[0], RefKind.RUNTIME)
    return InspectedRef(
        ref=ref,
        kind=kind,
        commit="",
        timestamp=None,
        name="",
        version="",
        chosen=chosen,
        reason=NOTHING,
        needed_by=needed_by,
        state=RefState.CURRENT,
        signed=True,
        signature=Verdict.GOOD,
        signer="",
        languages=(),
        installed_size=0,
        download_size=0,
    )


def outcome(check: CheckReport | None = None) -> WorkOutcome:
    return WorkOutcome(check, objects=10, bytes=1000, seconds=1.0)


def space(free: int = 6 * GB) -> Space:
    return Space(Path("/nowhere"), "ext4", 4096, free, 8 * GB, None, None, False)
