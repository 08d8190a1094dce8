"""Apps that are files, of which nothing is read but what is told; see `tests.ui.window_states`."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from pytestqt.qtbot import QtBot

from app.flatpak.bundles.bundle import Bundle
from app.flatpak.bundles.given import GivenBundle
from app.flatpak.metadata import Metadata
from app.flatpak.refs import Ref
from app.ostree.static_delta import Superblock
from app.stick.choices.taking import OfferedFile
from app.stick.trust.bundles import BundleTrust
from app.trust.verdict import Judgement, Verdict
from tests.waiting import GUARD_MS
from ui.pages.apps.file_details import FileDetails
from ui.state.page_name import PageName
from ui.window.main_window import MainWindow


def offered_file(*, vouched: bool) -> OfferedFile:
    """Of which nothing is read but what is told."""
    metadata = "[Application]\nname=org.test.Globe\nruntime=org.gnome.Platform/x86_64/46\n"
    bundle = Bundle(
        ref=Ref.parse("app/org.test.Globe/x86_64/stable"),
        metadata=Metadata.parse(metadata.encode()),
        metadata_text=metadata,
        size=12_400_000,
        installed_size=31_000_000,
        timestamp=0,
        collection=None,
        origin="https://apps.school.example/repo",
        runtime_repo="",
        keys=b"",
        name="Globe",
        summary="Turn the earth, and read its maps",
        version="2.1",
        icon=b"",
        delta=cast(Superblock, None),
    )
    verdict = Verdict.GOOD if vouched else Verdict.UNSIGNED
    trust = BundleTrust(Judgement(verdict), "School apps" if vouched else "")
    given = GivenBundle("globe.flatpak", Path("/home/ada/globe.flatpak"), "0" * 64, bundle)
    return OfferedFile(given, trust)


def looking_at_a_file(window: MainWindow, qtbot: QtBot) -> None:
    """That nobody vouches for."""
    window.open(PageName.APPS)
    window.opening.file_offered.emit(offered_file(vouched=False))
    details = window.page.findChild(FileDetails)
    assert details is not None
    qtbot.waitUntil(details.isVisible, timeout=GUARD_MS)
