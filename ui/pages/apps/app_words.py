"""What is said about an app: who made it, what it is, what it may do, what it adds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QCoreApplication

from app.flatpak.catalogue.app_info import AppInfo
from app.flatpak.catalogue.appstream_details import BlockKind, TextBlock
from app.flatpak.catalogue.remote_catalogue import Row
from app.flatpak.permissions import Permission, Power
from app.flatpak.refs import Ref
from app.stick.planning.cost import Addition
from app.stick.planning.plan import Item
from ui.i18n.filling import filled
from ui.i18n.numbers import dated_on, sized

_RELEASES = 2
_SHARED = 8


def first_facts(row: Row) -> list[str]:
    """What the list knows already, a line each."""
    component = row.component
    licence = component.license or QCoreApplication.translate("AppWords", "unknown")
    free = (
        QCoreApplication.translate("AppWords", "free")
        if component.is_free
        else QCoreApplication.translate("AppWords", "not known to be free")
    )
    facts = [
        filled(QCoreApplication.translate("AppWords", "Licence: %1 (%2)"), licence, free),
        filled(_source(row), row.remote.label),
    ]
    if component.version:
        version = component.version
        if component.release_date is not None:
            version += f", {dated_on(component.release_date)}"
        facts.insert(0, filled(QCoreApplication.translate("AppWords", "Version: %1"), version))
    return facts


def _source(row: Row) -> str:
    if row.remote.unsigned_accepted or row.remote.is_registry:
        return QCoreApplication.translate("AppWords", "Source: %1, unsigned")
    return QCoreApplication.translate("AppWords", "Source: %1")


def more_facts(about: AppInfo) -> Iterator[str]:
    """What its remote says, a line each."""
    sizes = QCoreApplication.translate("AppWords", "Size: %1 to download, %2 installed")
    yield filled(sizes, sized(about.download_size), sized(about.installed_size))
    yield filled(QCoreApplication.translate("AppWords", "Name: %1"), str(about.ref))
    others = [branch for branch in about.branches if branch != about.ref.branch]
    if others:
        yield filled(
            QCoreApplication.translate("AppWords", "Other branches: %1"), ", ".join(others)
        )
    if about.runtime is not None:
        runtime = f"{about.runtime.id} {about.runtime.branch}"
        yield filled(QCoreApplication.translate("AppWords", "Runs on: %1"), runtime)
    if about.optional:
        names = ", ".join(dict.fromkeys(_short(ref) for ref in about.optional[:_SHARED]))
        more = len(about.optional) - _SHARED
        yield filled(QCoreApplication.translate("AppWords", "Also offered for it: %1"), names) + (
            f", … (+{more})" if more > 0 else ""
        )
    for release in about.details.releases[:_RELEASES]:
        texts = " ".join(text for block in release.description for text in block.texts)
        if texts:
            yield filled(
                QCoreApplication.translate("AppWords", "New in %1: %2"), release.version, texts
            )
    homepage = about.details.urls.get("homepage")
    if homepage:
        yield filled(QCoreApplication.translate("AppWords", "Website: %1"), homepage)


def end_of_life(about: AppInfo) -> Iterator[str]:
    """That it gets no more updates, and what replaces it."""
    yield QCoreApplication.translate("AppWords", "It gets no more updates.")
    if about.eol:
        yield about.eol
    if about.eol_rebase:
        yield filled(
            QCoreApplication.translate("AppWords", "It is replaced by %1."), about.eol_rebase
        )


def _named(items: Sequence[Item]) -> str:
    """A few words: translations are all the same to people."""
    names = dict.fromkeys(
        QCoreApplication.translate("AppWords", "translations")
        if _is_locale(item.ref)
        else _short(item.ref)
        for item in items
    )
    more = len(names) - _SHARED
    return ", ".join(list(names)[:_SHARED]) + (f", … (+{more})" if more > 0 else "")


def allowed(permission: Permission) -> str:
    """What it may do, in a sentence."""
    words = {
        Power.NETWORK: QCoreApplication.translate("AppWords", "It uses the network."),
        Power.ALL_FILES: QCoreApplication.translate("AppWords", "It reads and changes all files."),
        Power.HOME: QCoreApplication.translate(
            "AppWords", "It reads and changes all of your own files."
        ),
        Power.SOME_FILES: QCoreApplication.translate("AppWords", "It uses these folders: %1."),
        Power.ALL_DEVICES: QCoreApplication.translate(
            "AppWords", "It uses all devices, such as cameras."
        ),
        Power.GRAPHICS: QCoreApplication.translate("AppWords", "It draws with the graphics card."),
        Power.SOUND: QCoreApplication.translate("AppWords", "It plays and records sound."),
        Power.WATCH_WINDOWS: QCoreApplication.translate(
            "AppWords", "It can watch other windows where X11 is used."
        ),
        Power.PRINT: QCoreApplication.translate("AppWords", "It prints."),
        Power.SESSION_BUS: QCoreApplication.translate(
            "AppWords", "It talks to all of your programs."
        ),
        Power.SYSTEM_BUS: QCoreApplication.translate(
            "AppWords", "It talks to all services of the computer."
        ),
        Power.ESCAPE: QCoreApplication.translate(
            "AppWords", "It can start programs outside of its walls."
        ),
        Power.DEBUG: QCoreApplication.translate("AppWords", "It can look into other programs."),
    }
    text = filled(words[permission.power], ", ".join(permission.subjects))
    return (
        filled(QCoreApplication.translate("AppWords", "Far-reaching: %1"), text)
        if permission.wide
        else text
    )


def allowed_briefly(permissions: Sequence[Permission]) -> str:
    """The farthest that it reaches, in a word or two."""
    words = {
        Power.ALL_FILES: QCoreApplication.translate("AppWords", "All files"),
        Power.HOME: QCoreApplication.translate("AppWords", "Your files"),
        Power.ESCAPE: QCoreApplication.translate("AppWords", "Everything"),
        Power.ALL_DEVICES: QCoreApplication.translate("AppWords", "All devices"),
        Power.SESSION_BUS: QCoreApplication.translate("AppWords", "Other programs"),
        Power.SYSTEM_BUS: QCoreApplication.translate("AppWords", "The system"),
        Power.SOME_FILES: QCoreApplication.translate("AppWords", "Some folders"),
        Power.NETWORK: QCoreApplication.translate("AppWords", "The internet"),
    }
    powers = {permission.power for permission in permissions}
    # What reaches farther counts before what reaches less far.
    told = [words[power] for power in _FARTHEST if power in powers]
    return told[0] if told else QCoreApplication.translate("AppWords", "Little")


_FARTHEST = (
    Power.ESCAPE,
    Power.ALL_FILES,
    Power.HOME,
    Power.SESSION_BUS,
    Power.SYSTEM_BUS,
    Power.ALL_DEVICES,
    Power.SOME_FILES,
    Power.NETWORK,
)


def added(addition: Addition) -> Iterator[str]:
    """What it adds to the drive beside what is chosen already."""
    text = QCoreApplication.translate("AppWords", "Adds %1, %2 to download.")
    yield filled(text, sized(addition.write), sized(addition.fetch))
    if addition.added:
        yield filled(
            QCoreApplication.translate("AppWords", "Needs and brings along: %1."),
            _named(addition.added),
        )
    if addition.shared:
        yield filled(
            QCoreApplication.translate("AppWords", "Shares what is there or chosen: %1."),
            _named(addition.shared),
        )


def description_lines(blocks: Sequence[TextBlock]) -> Iterator[str]:
    """Its description as lines, with marks of lists."""
    for block in blocks:
        for number, text in enumerate(block.texts, 1):
            marks = {BlockKind.BULLETS: "• ", BlockKind.NUMBERS: f"{number}. "}
            yield marks.get(block.kind, "") + text


def _is_locale(ref: str) -> bool:
    return Ref.parse(ref).id.endswith(".Locale")


def _short(ref: str) -> str:
    parsed = Ref.parse(ref)
    return f"{parsed.id} {parsed.branch}"
