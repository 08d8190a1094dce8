"""A stick with the demo's app, to copy from."""

from __future__ import annotations

import atexit
import tempfile
from functools import cache
from pathlib import Path

from app.flatpak.refs import host_arch
from app.flatpak.remotes.known import Known
from app.progress import CancelToken, silent
from app.stick.demo import APP, DemoRemote
from app.stick.planning.options import Options
from app.stick.planning.request import PlanRequest, make_plan
from app.stick.writing.job import run_job
from tests.environments import environment_in


@cache
def demo_stick() -> Path:
    """The demo's app on a drive, to copy from; made once."""
    directory = tempfile.TemporaryDirectory(prefix="satchel-state-")
    atexit.register(directory.cleanup)
    home = Path(directory.name)
    with DemoRemote() as demo:
        environment = environment_in(home)
        known = Known((demo.remote,))
        drive = home / "drive"
        drive.mkdir()
        request = PlanRequest(drive, (APP,), None, None, Options(host_arch()))
        plan = make_plan(request, environment, known, silent, CancelToken())
        run_job(plan, environment, known, silent, CancelToken())
    return drive
