"""What is left to do of a job that was interrupted: asks nobody, and reads the drive."""

from __future__ import annotations

from pathlib import Path

from app.errors import InterruptedByUser, SatchelError
from app.flatpak.remotes.directories import ALL_INSTALLED
from app.flatpak.remotes.known import Known
from app.progress import CancelToken, silent
from app.stick.environment import Environment
from app.stick.memory.unfinished_jobs import UnfinishedJob
from app.stick.planning.changes import Changes
from app.stick.planning.duration import expected_duration
from app.stick.planning.options import Options
from app.stick.planning.request import look_at
from app.stick.planning.session import PlanSession
from ui.models.place import Unfinished


def job_options(job: UnfinishedJob) -> Options:
    """As the job was begun with. Strict, since somebody looks who can leave things out."""
    return Options(
        job.arch,
        gpus=job.gpus,
        languages=job.languages,
        carry=job.carry,
        keep_versions=job.keep_versions,
        related=job.related,
        runtimes=job.runtimes,
        strict=True,
        from_installed=ALL_INSTALLED,
    )


def read_unfinished(
    root: Path, key: str, environment: Environment, known: Known, cancel: CancelToken
) -> Unfinished | None:
    """The job that can go on at ``root``, which this computer remembers by ``key``.

    None if it does not, or does not know any more where something of it came from.
    """
    job = environment.unfinished.all().get(key)
    remotes = {remote.name: remote.address for remote in known.remotes}
    if job is None or not all(wanted.remote in remotes for wanted in job.refs):
        return None
    try:
        drive = look_at(root, environment)
        with PlanSession(drive, environment, known, silent, cancel, offline=True) as session:
            wanted = [f"{each.remote}:{each.ref}" for each in job.refs]
            off = tuple((each.collection, each.ref) for each in job.off)
            changes = Changes(off=off, update=job.update)
            estimate = session.cost(wanted, job_options(job), changes).estimate
            here = sum(each.ref in session.carried for each in job.refs)
    except InterruptedByUser:
        raise
    except SatchelError:
        # It goes on all the same; then it is told what stands in the way.
        return Unfinished(job)
    addresses = sorted({remotes[each.remote] for each in job.refs})
    expected = expected_duration(
        estimate.download,
        estimate.write,
        estimate.takes,
        environment.speeds.read(),
        key,
        addresses,
    )
    return Unfinished(job, here, estimate.write, estimate.held, expected)
