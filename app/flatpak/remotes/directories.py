"""Where flatpak on this computer keeps what it knows."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from msgspec import Struct

ALL_INSTALLED = "all"
"""In the place of an installation's name: every one."""


class FlatpakDirectories(Struct, frozen=True):
    """None of them has to be there.

    Attributes:
        user, system: the user's installation and the system's.
        configs: of the whole computer; the first counts before the second.
        keyrings: where libostree looks for keys of remotes that have none of their own.
        run: what lasts until the computer is switched off; for all installations.
        root: of the operating system, which may be made with OSTree itself.
        cache: where flatpak keeps what it has fetched for installations that only its helper may
            write to; None where nobody has a home.
    """

    user: Path
    system: Path
    configs: tuple[Path, ...]
    keyrings: Path
    run: Path = Path("/run/flatpak")
    root: Path = Path("/")
    cache: Path | None = None

    def lists(self, installation: Path) -> tuple[Path, ...]:
        """Where the lists of an installation's remotes are: in its repository, and for somebody who
        may not write there in the person's own cache (``flatpak_dir_use_system_helper``)."""
        own = installation / "repo/tmp/cache/summaries"
        if self.cache is None or installation == self.user:
            return (own,)
        return own, self.cache / "summaries"

    @classmethod
    def below(cls, directory: Path) -> Self:
        """Those of a computer of its own in ``directory``, as the demo has it."""
        return cls(
            user=directory / "user",
            system=directory / "system",
            configs=(directory / "etc",),
            keyrings=directory / "keyrings",
            run=directory / "run",
            root=directory / "root",
        )
