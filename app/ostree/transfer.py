"""Many objects from a source into a repository."""

from __future__ import annotations

import os
import select
from functools import partial
from pathlib import Path

from app.errors import SatchelError
from app.files import explain, open_regular
from app.ostree.fetch import HttpSource, LocalSource, local_error
from app.ostree.http_transfer import HttpTransfer
from app.ostree.objects import CorruptObject, ObjectName
from app.ostree.receive import ObjectStore, StreamedObject
from app.ostree.work import (
    MAX_CHECKS,
    SPILL,
    THREADS,
    TICK,
    Arrived,
    Checked,
    ObjectMissingUpstreamError,
    ObjectRejectedError,
    Work,
    check_present,
)
from app.ostree.workers import WorkerPool
from app.progress import Cancel


def transfer(
    source: HttpSource | LocalSource, store: ObjectStore, work: Work, cancel: Cancel
) -> None:
    """Fetch everything that ``work`` names, until it names no more and nothing is under way.

    Raises `UpstreamError` for what upstream does wrong, `DriveError` for what the drive does, and
    what ``cancel`` raises; then every object that has a name in the repository is a right one.
    """
    if isinstance(source, LocalSource):
        _copy_all(source, store, work, cancel)
    else:
        HttpTransfer(source, store, work, cancel).run()


def _copy_all(source: LocalSource, store: ObjectStore, work: Work, cancel: Cancel) -> None:
    pool: WorkerPool[Arrived | Checked | SatchelError] = WorkerPool(THREADS)
    try:
        while True:
            cancel.check()
            while pool.pending < MAX_CHECKS:
                if (name := work.to_check()) is not None:
                    pool.submit(partial(check_present, store, name))
                elif (name := work.to_fetch()) is not None:
                    pool.submit(partial(_copy, source.root, store, name))
                else:
                    break
            if not pool.pending:
                return
            select.select([pool.fd], [], [], TICK)
            for outcome in pool.collect():
                match outcome:
                    case SatchelError():
                        raise outcome
                    case Checked():
                        work.checked(outcome)
                    case Arrived():
                        work.received(outcome.size)
                        work.arrived(outcome)
    finally:
        pool.close()


def _copy(root: Path, store: ObjectStore, name: ObjectName) -> Arrived | SatchelError:
    path = root / "objects" / name.path
    try:
        descriptor = open_regular(path)
    except FileNotFoundError:
        return ObjectMissingUpstreamError(name)
    except OSError as error:
        return local_error(path, error)
    try:
        data = _read(path, descriptor)
        if len(data) < SPILL:
            return Arrived(name, len(data), store.store(name, data))
        with StreamedObject(store, name, resume=False) as stream:
            while data:
                stream.feed(data)
                data = _read(path, descriptor)
            children = stream.finish()
            return Arrived(name, stream.size, children)
    except CorruptObject as error:
        return ObjectRejectedError(str(root), name, error)
    except SatchelError as error:
        return error
    except OSError as error:
        return explain(error, "writing the repository")
    finally:
        os.close(descriptor)


def _read(path: Path, descriptor: int) -> bytes:
    """At most `SPILL` bytes; fewer only at the end."""
    try:
        return os.read(descriptor, SPILL)
    except OSError as error:
        raise local_error(path, error) from error
