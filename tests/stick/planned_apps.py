"""Plans of made-up apps: two that share a runtime, with translations of their own."""

from __future__ import annotations

from pathlib import Path

from app.drive.safety.guard import FileSystemIdentity
from app.drive.space import Space
from app.flatpak.refs import is_system
from app.fs.root import Root
from app.stick.memory.accepted_snapshots import SeenSnapshots
from app.stick.planning.options import Options
from app.stick.planning.plan import Plan
from app.stick.planning.planner import Planner
from app.stick.planning.target_state import TargetState
from app.stick.store.location import DEFAULT_REPO, Location
from tests.stick.offers import (
    APP,
    APP_TEXT,
    ARCH,
    OTHER,
    RUNTIME,
    RUNTIME_TEXT,
    Published,
    ValueOffer,
    remotes,
)

GB = 10**9
SPACE = Space(Path("/nowhere"), "ext4", 4096, 10 * GB, 16 * GB, None, None, read_only=False)
LOCALE = f"runtime/org.test.App.Locale/{ARCH}/stable"
RUNTIME_LOCALE = f"runtime/org.test.Platform.Locale/{ARCH}/1"
OTHER_TEXT = APP_TEXT.replace("org.test.App", "org.test.Other")

app = Published(APP, f"{APP_TEXT}\n[Extension org.test.App.Locale]\nautodelete=true\n")
SYSTEM = "os/example/amd64/os6"
system = Published(SYSTEM, size=0)
other = Published(OTHER, OTHER_TEXT)
runtime = Published(RUNTIME, f"{RUNTIME_TEXT}\n[Extension org.test.Platform.Locale]\n")
locale = Published(
    LOCALE, f"[Runtime]\nname=org.test.App.Locale\n\n[ExtensionOf]\nref={APP}\n", size=200_000
)
runtime_locale = Published(
    RUNTIME_LOCALE,
    f"[Runtime]\nname=org.test.Platform.Locale\n\n[ExtensionOf]\nref={RUNTIME}\n",
)


def planned(*published: Published, space: Space = SPACE) -> Plan:
    drive = TargetState(
        Location(Root(Path("/nowhere")), DEFAULT_REPO), FileSystemIdentity(1, 1, 1, "", ""), space
    )
    wanted = [each.ref for each in published if each.ref.startswith("app/")]
    wanted += [f"up:{each.ref}" for each in published if is_system(each.ref)]
    offer = ValueOffer(*published)
    return Planner(drive, SeenSnapshots(), remotes(offer), Options(ARCH)).plan(wanted)
