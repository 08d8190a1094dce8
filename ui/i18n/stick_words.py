"""What is on a drive in people's words: names, kinds, states, who signed."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.flatpak.refs import LOCALE, Ref, is_system
from app.ostree.names import METADATA_REF
from app.stick.inspecting.facts import SIGNATURES, STATES
from app.stick.inspecting.inspection import InspectedRef, RefKind
from app.stick.store.images import NEEDED_FLATPAK
from app.trust.verdict import Verdict
from ui.i18n.filling import filled
from ui.i18n.wording import worded


def called(ref: InspectedRef) -> str:
    """What a person calls it."""
    if ref.kind is RefKind.LANGUAGE:
        return translations_of(ref.name or Ref.parse(ref.ref).id.removesuffix(LOCALE))
    return ref.name or plain_name(ref.ref)


def plain_name(ref: str) -> str:
    """What a ref is called of which only the name is known."""
    if ref == METADATA_REF:
        return QCoreApplication.translate("StickWords", "List for old computers")
    if is_system(ref):
        return QCoreApplication.translate("StickWords", "Operating system update")
    parsed = Ref.parse_or_none(ref)
    if parsed is None:
        return QCoreApplication.translate("StickWords", "Names and pictures of apps")
    return parsed.id


def plain_part(ref: Ref) -> str:
    """“GNOME Platform 46” of org.gnome.Platform: what apps need has no better name."""
    return f"{readable(ref.id)} {ref.branch}"


def readable(id: str) -> str:
    """“GNOME Platform” of org.gnome.Platform."""
    parts = id.split(".")[1:] or [id]
    return " ".join([parts[0].upper() if parts[0] in _INITIALS else parts[0].title(), *parts[1:]])


_INITIALS = frozenset({"gnome", "kde"})


def translations_of(name: str) -> str:
    """What the Locale extension of something called so is called."""
    return filled(QCoreApplication.translate("StickWords", "%1, translations"), name)


def unsigned() -> str:
    """In one word, wherever something stands that nobody vouches for."""
    return QCoreApplication.translate("StickWords", "Unsigned")


def needs_flatpak() -> str:
    """What comes from container registries is for computers that have it."""
    text = QCoreApplication.translate("StickWords", "Needs flatpak %1")
    return filled(text, NEEDED_FLATPAK)


def state(ref: InspectedRef) -> str:
    """How it stands to the copied list of its publisher."""
    return worded(STATES[ref.state])


def signer(ref: InspectedRef) -> str:
    """Who signed it; why that cannot be said; what is wrong with it."""
    name = ref.signer.partition(" <")[0] or ref.signer
    if ref.signature is Verdict.GOOD:
        return name
    said = worded(SIGNATURES[ref.signature])
    return f"{said} ({name})" if name else said
