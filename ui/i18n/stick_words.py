"""What is on a drive in people's words: names, kinds, states, who signed; the report's words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.flatpak.refs import Ref
from app.message import Message
from app.ostree.names import METADATA_REF
from app.stick.inspecting.inspect import InspectedRef, RefKind
from app.stick.inspecting.report import LANGUAGE, SIGNATURES, STATES
from app.stick.store.partial_languages import LOCALE
from app.trust.verdict import Verdict
from ui.i18n.filling import filled
from ui.i18n.numbers import local_size
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
    parsed = Ref.parse_or_none(ref)
    if parsed is None:
        return QCoreApplication.translate("StickWords", "Names and pictures of apps")
    return parsed.id


def translations_of(name: str) -> str:
    """What the Locale extension of something called so is called."""
    return filled(QCoreApplication.translate("StickWords", "%1, translations"), name)


def state(ref: InspectedRef) -> str:
    """How it stands to the copied list of its publisher."""
    return report_words(STATES[ref.state])


def signer(ref: InspectedRef) -> str:
    """Who signed it; why that cannot be said; what is wrong with it."""
    name = ref.signer.partition(" <")[0] or ref.signer
    if ref.signature is Verdict.GOOD:
        return name
    said = report_words(SIGNATURES[ref.signature])
    return f"{said} ({name})" if name else said


def report_words(text: Message | str) -> str:
    """A word or sentence of `app.stick.inspecting.report` in the person's language."""
    if isinstance(text, Message):
        return worded(text)
    return _words().get(text) or local_size(text)


def _words() -> dict[str, str]:
    return {
        LANGUAGE: QCoreApplication.translate("Report", "en"),
        "Report about a drive": QCoreApplication.translate("Report", "Report about a drive"),
        "What is on it": QCoreApplication.translate("Report", "What is on it"),
        "Name": QCoreApplication.translate("Report", "Name"),
        "Version": QCoreApplication.translate("Report", "Version"),
        "Date": QCoreApplication.translate("Report", "Date"),
        "State": QCoreApplication.translate("Report", "State"),
        "Signed by": QCoreApplication.translate("Report", "Signed by"),
        "Languages": QCoreApplication.translate("Report", "Languages"),
        "Size": QCoreApplication.translate("Report", "Size"),
        "Shared": QCoreApplication.translate("Report", "Shared"),
        "Error": QCoreApplication.translate("Report", "Error"),
        "Warning": QCoreApplication.translate("Report", "Warning"),
        "Note": QCoreApplication.translate("Report", "Note"),
        "Space": QCoreApplication.translate("Report", "Space"),
        "All together": QCoreApplication.translate("Report", "All together"),
        "Lists, keys and directories": QCoreApplication.translate(
            "Report", "Lists, keys and directories"
        ),
        "Needed by nothing": QCoreApplication.translate("Report", "Needed by nothing"),
        "Free": QCoreApplication.translate("Report", "Free"),
        "Size of the drive": QCoreApplication.translate("Report", "Size of the drive"),
        "Collection": QCoreApplication.translate("Report", "Collection"),
        "Address": QCoreApplication.translate("Report", "Address"),
        "Made by": QCoreApplication.translate("Report", "Made by"),
        "Signed": QCoreApplication.translate("Report", "Signed"),
        "Fits the refs": QCoreApplication.translate("Report", "Fits the refs"),
        "Copy of the upstream summary": QCoreApplication.translate(
            "Report", "Copy of the upstream summary"
        ),
        "File": QCoreApplication.translate("Report", "File"),
        "Yes": QCoreApplication.translate("Report", "Yes"),
        "No": QCoreApplication.translate("Report", "No"),
        "None": QCoreApplication.translate("Report", "None"),
        "Up to date": QCoreApplication.translate("Report", "Up to date"),
        "There is a newer one": QCoreApplication.translate("Report", "There is a newer one"),
        "Newer than the copied list": QCoreApplication.translate(
            "Report", "Newer than the copied list"
        ),
        "Not in the publisher's list": QCoreApplication.translate(
            "Report", "Not in the publisher's list"
        ),
        "No list to compare with": QCoreApplication.translate("Report", "No list to compare with"),
        "Not complete": QCoreApplication.translate("Report", "Not complete"),
        "Cannot be read": QCoreApplication.translate("Report", "Cannot be read"),
        "Good": QCoreApplication.translate("Report", "Good"),
        "Not signed": QCoreApplication.translate("Report", "Not signed"),
        "Damaged signature": QCoreApplication.translate("Report", "Damaged signature"),
        "Signed, key not known here": QCoreApplication.translate(
            "Report", "Signed, key not known here"
        ),
        "Key has expired": QCoreApplication.translate("Report", "Key has expired"),
        "Signature has expired": QCoreApplication.translate("Report", "Signature has expired"),
        "Key was revoked": QCoreApplication.translate("Report", "Key was revoked"),
    }
