"""A real block device that is pulled out while it is served."""

from __future__ import annotations

import pytest

from tests.devices import Devices
from tests.registering.test_watch import drive_of, mounted
from tests.satchel import satchel
from tests.serve.conftest import Stick
from tests.serve.served import serving
from tests.serve.test_life import commit_path
from tests.waiting import until


@pytest.mark.thorough
def test_pulled_out_and_back(devices: Devices, stick: Stick) -> None:
    disk = drive_of(devices, stick.path, "SCHOOL")
    point = mounted(disk)
    with serving(point, home=stick.home, env=devices.environment) as served:
        path = commit_path(stick)
        assert served.get(path)[0] == 200
        variables = devices.environment
        told = satchel("eject", "SCHOOL", home=stick.home, env=variables, check=3).said
        assert "satchel serve hands out what is on it" in told
        assert "nginx" not in told, "it ends with that"
        disk.detach()
        served.event("drive-gone")
        served.event("serving")
        status, _, headers = served.ask("GET", path)
        assert (status, headers["Retry-After"]) == (503, "5")
        disk.appear()
        assert mounted(disk) == point
        served.event("drive-back")
        until(lambda: served.get(path)[0] == 200)
