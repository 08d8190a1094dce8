"""From a request to a plan: opens the stick and the remotes, and closes them again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.drive.guard import look
from app.drive.space import measure
from app.errors import UpstreamError
from app.flatpak.remotes import Remote
from app.flatpak.upstream import Upstream, open_upstream
from app.ostree.gvariant import FormatError
from app.ostree.repository import RepositoryInvalidError
from app.progress import Cancel, PhaseStarted, Reporter
from app.stick.location import choose_stick, open_repository
from app.stick.plan import Options, Plan
from app.stick.planner import Planner
from app.stick.record import read_record
from app.stick.selection import Remotes
from app.stick.services import Services


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """What a person asks for.

    Attributes:
        root: the drive's mount point or the directory.
        refs: as typed: partial refs, full refs, ``REMOTE:REF``.
        remote: the one to search; None searches all listed ones.
        destination: path of the repository on the drive, or None for the usual one.
    """

    root: Path
    refs: tuple[str, ...]
    remote: Remote | None
    destination: str | None
    options: Options


def make_plan(request: PlanRequest, services: Services, report: Reporter, cancel: Cancel) -> Plan:
    """Fetch and verify what upstream has now, and plan. Writes nothing to the drive.

    Raises SatchelError for everything that could not work.
    """
    location = choose_stick(request.root, request.destination)
    standing = look(request.root)
    space = measure(request.root)
    repository = None
    try:
        repository = open_repository(location)
    except RepositoryInvalidError:
        if (location.repository / "objects").exists():
            raise
    report(PhaseStarted("summary"))

    def open_remote(remote: Remote) -> Upstream:
        return open_upstream(
            remote,
            services.cache,
            services.network,
            cancel,
            allow_unsigned=request.options.allow_unsigned,
        )

    remotes = Remotes(services.remotes, request.remote, open_remote)
    try:
        planner = Planner(
            location,
            standing,
            space,
            repository,
            read_record(location.record),
            services.accepted,
            remotes,
            request.options,
        )
        return planner.plan(request.refs)
    except FormatError as error:
        # What is on the stick and unreadable is dealt with where it is read.
        raise UpstreamError(
            f"What upstream publishes cannot be read: {error}.",
            "Nothing was used. Tell the people who run the repository.",
        ) from error
    finally:
        remotes.close()
