"""A kit with everything that a kit can have: the contents that its files are rendered from."""

from __future__ import annotations

import os

from app.replacing import replace
from app.stick.kit.contents import KitCollection, KitContents, KitRef

ARCH = os.uname().machine
APPS, RUNTIMES = "org.test.Apps", "org.test.Runtimes"
HELLO = f"app/org.test.Hello/{ARCH}/master"
LOCALE = f"runtime/org.test.Hello.Locale/{ARCH}/master"
OTHER = f"app/org.test.Other/{ARCH}/master"
# Of an extension point with subdirectories: offline, flatpak finds it only by its name.
PLUGIN = f"runtime/org.test.Hello.Plugin.fun/{ARCH}/v1"
PLATFORM = f"runtime/org.test.Platform/{ARCH}/master"
DEAD = "http://127.0.0.1:9/repo/"


def contents(**changes: object) -> KitContents:
    whole = KitContents(
        repo=".ostree/repo",
        collections=(
            KitCollection(RUNTIMES, "runtimes", "", DEAD + "r", b"r"),
            KitCollection(APPS, "apps", "Test Apps", DEAD, b"a"),
        ),
        refs=(
            KitRef(
                APPS,
                HELLO,
                True,
                "Hallo Welt",
                "Prints a greeting",
                "0.1",
                4_200_000,
                ((RUNTIMES, PLATFORM), (APPS, LOCALE), (APPS, PLUGIN)),
            ),
            KitRef(APPS, OTHER, True, needs=((RUNTIMES, PLATFORM),)),
            KitRef(RUNTIMES, PLATFORM, False, size=1_310_000_000),
            KitRef(APPS, LOCALE, False),
            KitRef(APPS, PLUGIN, False),
        ),
        made_at=1763785200,
    )
    return replace(whole, **changes)
