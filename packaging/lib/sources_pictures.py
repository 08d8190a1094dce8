"""Pictures of sources that are not as others: nobody vouches for them, or they are files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

import apps_pictures
import contents_pictures
from settling import settle

from app.flatpak.bundles.bundle import Bundle
from app.flatpak.bundles.given import GivenBundle
from app.flatpak.extra_data import Payload
from app.flatpak.metadata import Metadata
from app.flatpak.refs import Ref
from app.flatpak.remotes.known import Known
from app.message import Message
from app.ostree.static_delta import Superblock
from app.replacing import replace
from app.stick.choices.taking import OfferedFile
from app.stick.planning.options import Options
from app.stick.planning.refusal import RuntimeMissingError
from app.stick.planning.terms import Terms
from app.stick.trust.bundles import BundleTrust
from app.trust.verdict import Judgement, Verdict
from ui.controllers.planning import PlanController, PlanState, PlanStatus
from ui.dialogs.nobody_vouches import NobodyVouchesDialog
from ui.models.drive_apps import AppKind
from ui.pages.apps.languages_and_graphics import LanguagesAndGraphicsDialog
from ui.pages.contents.apps_model import AppsModel, Upkeep
from ui.pages.contents.contents_view import Part
from ui.state.page_name import PageName
from ui.window.main_window import MainWindow


def _without_key(window: MainWindow, *, accepted: bool) -> None:
    """Nobody vouches for the demo's source any more."""
    session = window.session
    remote = replace(session.remotes[0], title="School apps", keys=(), gpg_verify=False)
    settings = replace(
        session.environment.settings, unsigned_sources=(remote.address,) if accepted else ()
    )
    session.set_environment(replace(session.environment, settings=settings))
    session.set_known(Known((remote,)))


def _taken(show: Callable[[MainWindow], None]) -> Callable[[MainWindow], None]:
    def shown(window: MainWindow) -> None:
        _without_key(window, accepted=True)
        show(window)

    return shown


def _refused(window: MainWindow) -> None:
    _without_key(window, accepted=False)
    window.open(PageName.APPS)
    settle(lambda: not window.bridge.busy)


def _asking(window: MainWindow) -> None:
    _refused(window)
    NobodyVouchesDialog(window.session.remotes[0], window).open()


def _settings(window: MainWindow) -> None:
    window.open(PageName.SETTINGS)
    settle(lambda: not window.bridge.busy)


def _only(window: MainWindow) -> Options:
    return replace(
        window.session.choice.options, languages=("en", "de", "ti"), carry=("en", "de", "ti")
    )


def _choosing_languages(window: MainWindow) -> None:
    window.open(PageName.APPS)
    settle(lambda: not window.bridge.busy)
    LanguagesAndGraphicsDialog(_only(window), ("en",), (), window).open()


def _some_languages(window: MainWindow) -> None:
    session = window.session
    options = replace(session.choice.options, languages=("en",), carry=("en",))
    session.set_choice(replace(session.choice, options=options))
    contents_pictures.reviewing(window)


def _terms(window: MainWindow) -> None:
    """Of the makers of an app and of a part that others can go without."""
    contents_pictures.reviewing(window)
    plan = window.session.plan
    assert plan is not None
    chosen = next(item for item in plan.items if item.named)
    part = next(item for item in plan.items if item.ref.startswith("runtime/"))
    payload = Payload("part.bin", 80_000_000, 0, "0" * 64, "https://maker.example/part.bin")
    known = Terms(
        chosen.collection, chosen.ref, (payload,), "MPL-2.0", "https://maker.example", free=True
    )
    window.session.set_plan(
        replace(plan, terms=(known, Terms(part.collection, part.ref, (payload,))))
    )


def _installed_here(window: MainWindow) -> None:
    """Much of what the apps are made of flatpak has on this computer."""
    contents_pictures.reviewing(window)
    plan = window.session.plan
    assert plan is not None
    estimate = replace(plan.estimate, local=plan.estimate.fetch // 3)
    window.session.set_plan(replace(plan, estimate=estimate))


def _missing(window: MainWindow) -> None:
    """Something that one of the apps needs."""
    contents_pictures.reviewing(window)
    controller = window.page.findChild(PlanController)
    assert controller is not None
    message = Message("The runtime org.gnome.Platform/x86_64/46 was not found.")
    culprits = window.session.choice.refs[:1]
    error = RuntimeMissingError(message)
    controller.status = PlanStatus(PlanState.FAILED, error=error, culprits=culprits)
    controller.status_changed.emit(controller.status)


def _on_a_drive(window: MainWindow) -> None:
    """One of the apps is a file."""
    contents_pictures.contents(Part.APPS)(window)
    settle(lambda: not window.bridge.busy)
    model = window.page.findChild(AppsModel)
    assert model is not None
    apps = [line.app for line in model.lines]
    apps[0] = replace(apps[0], kind=AppKind.FILE)
    model.show_apps(apps, Upkeep(changeable=True))


def _back(window: MainWindow) -> None:
    """To the drives, once one has been made."""
    contents_pictures.contents(Part.APPS)(window)
    window.open(PageName.DRIVE)
    settle(lambda: not window.bridge.busy)


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


def _file(*, vouched: bool) -> Callable[[MainWindow], None]:
    def show(window: MainWindow) -> None:
        window.open(PageName.APPS)
        settle(lambda: not window.bridge.busy)
        window.opening.file_offered.emit(offered_file(vouched=vouched))
        settle(lambda: apps_pictures.is_in_place(window))

    return show


SOURCES_STATES: dict[str, Callable[[MainWindow], None]] = {
    "unsigned-refused": _refused,
    "unsigned-asking": _asking,
    "unsigned-apps": _taken(apps_pictures.choosing),
    "unsigned-review": _taken(contents_pictures.reviewing),
    "unsigned-settings": _taken(_settings),
    "languages-chosen": _choosing_languages,
    "languages-review": _some_languages,
    "terms-review": _terms,
    "unsigned-done": _taken(contents_pictures.done),
    "unsigned-contents": _taken(_on_a_drive),
    "unsigned-check": _taken(contents_pictures.contents(Part.CHECK)),
    "unsigned-drive": _taken(_back),
    "missing-review": _missing,
    "installed-here-review": _installed_here,
    "file-signed": _file(vouched=True),
    "file-unsigned": _file(vouched=False),
}
