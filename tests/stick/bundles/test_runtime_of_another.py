"""The runtime of a file comes from a source of its own: another address, key and collection."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.satchel import satchel
from tests.servers import Server
from tests.stick.installer.running import run
from tests.stick.receiving.computers import Computer
from tests.upstream import Upstream, host_arch

pytestmark = [pytest.mark.slow, pytest.mark.thorough]

APP = f"app/org.test.Packed/{host_arch()}/stable"
RUNTIME = f"runtime/org.rt.Platform/{host_arch()}/1"


@pytest.mark.parametrize("kind", ["flatpak", "flatpakref"])
def test_it_leads_to_another_source(kind: str, upstream_key: SigningKey, tmp_path: Path) -> None:
    other = SigningKey("Other <other@example.org>")
    apps = Upstream(tmp_path / "apps", upstream_key, "")
    apps.add_app("org.test.Packed", runtime="org.rt.Platform//1")
    apps.update()
    runtimes = Upstream(tmp_path / "runtimes", other, "org.rt.Collection")
    runtimes.add_runtime("org.rt.Platform")
    runtimes.update()
    web = tmp_path / "web"
    web.mkdir()
    (web / "apps").symlink_to(apps.path)
    (web / "real").symlink_to(runtimes.path)
    home, drive = tmp_path / "home", tmp_path / "drive"
    for directory in (home, drive):
        directory.mkdir()
    with Server(web) as server:
        base = server.url.rstrip("/")
        (web / "rt.flatpakrepo").write_text(runtimes.flatpakrepo(f"{base}/real"))
        file = tmp_path / f"org.test.Packed.{kind}"
        words = ["--allow-unsigned"] if kind == "flatpak" else []
        if kind == "flatpak":
            subprocess.run(
                [
                    *("flatpak", "build-bundle", f"--arch={host_arch()}"),
                    *(f"--runtime-repo={base}/rt.flatpakrepo", f"--repo-url={base}/apps"),
                    *(apps.path, file, "org.test.Packed", "stable"),
                ],
                check=True,
                env={"PATH": os.environ["PATH"], "HOME": str(home)},
            )
        else:
            key = next(x for x in apps.flatpakrepo("x").splitlines() if x.startswith("GPGKey="))
            named = f"Url={base}/apps\nRuntimeRepo={base}/rt.flatpakrepo\n{key}\n"
            file.write_text(f"[Flatpak Ref]\nName=org.test.Packed\nBranch=stable\n{named}")
        made = satchel("make", drive, file, *words, "--yes", home=home)
    said = " ".join(made.said.split())
    assert f"{base}/real" in said
    assert other.fingerprint in said.replace(" ", "")
    computer = Computer(tmp_path / "computer")
    run(computer, drive, *words)
    assert {APP, RUNTIME} <= computer.installed().keys()
    remotes = computer.flatpak("remotes", "--columns=url,collection")
    assert f"{base}/real\torg.rt.Collection" in remotes
    assert f"{base}/apps" in remotes
