"""What is said about updates and about taking off: in the foot, and above the list of apps."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QObject

from app.errors import Cause, SatchelError
from app.stick.planning.news import News
from ui.controllers.upkeep import UpkeepState, UpkeepStatus
from ui.i18n.filling import filled
from ui.i18n.numbers import sized
from ui.i18n.stick_words import plain_name
from ui.i18n.wording import worded
from ui.widgets.app_message import AppRemark, Urgency

TAKE_OFF = "take off "
"""Before the ref: what the button of a remark asks for."""


class UpkeepWords(QObject):
    """Numbers in words: lupdate finds their plural forms in ``tr`` only."""

    def update(self, news: News | None) -> str:
        """Of the primary button."""
        number = len(news.newer) if news is not None else 0
        return self.tr("Update %n app(s)", "", number) if number else self.tr("Update")

    def apply(self, number: int) -> str:
        return self.tr("Apply %n change(s)", "", number)

    def foot(self, status: UpkeepStatus, freed: int | None) -> str:
        """Beside the primary button; empty if there is nothing to say. ``freed``: bytes."""
        if status.state is UpkeepState.ASKING:
            return self.tr("Asking what is new…")
        if status.state is UpkeepState.PREPARING:
            return self.tr("Getting ready…")
        if status.marked:
            return filled(self.tr("Frees %1"), sized(freed)) if freed else ""
        news = status.news
        if news is None or news.up_to_date:
            return self.tr("Everything is up to date") if news is not None and status.asked else ""
        if not news.download:
            return self.tr("Nothing to download")
        text = self.tr("%1 to download") if news.exact else self.tr("Up to %1 to download")
        return filled(text, sized(news.download))

    def others(self, number: int) -> str:
        return self.tr("%n thing(s) that the apps need are newer.", "", number)

    def unasked(self, number: int) -> str:
        return self.tr("Nobody could be asked about %n app(s).", "", number)


def remarks_on(status: UpkeepStatus, names: Mapping[str, str], drive: str) -> list[AppRemark]:
    """What a person should know before anything is done; ``names`` of the apps, by ref."""
    remarks = [_failure(status.error)] if status.error is not None else []
    news = status.news
    if news is None:
        return remarks
    if news.lacking and not news.up_to_date:
        remarks.append(
            AppRemark(
                "room",
                "",
                filled(
                    QCoreApplication.translate("Upkeep", "%1 too much for %2"),
                    sized(news.lacking),
                    drive,
                ),
                QCoreApplication.translate(
                    "Upkeep", "Take something off first. What is on it can be installed as before."
                ),
                urgency=Urgency.BAD,
            )
        )
    return [*remarks, *_about_apps(news, names)]


def _about_apps(news: News, names: Mapping[str, str]) -> list[AppRemark]:
    def called(ref: str) -> str:
        return names.get(ref) or plain_name(ref)

    leaving = QCoreApplication.translate(
        "Upkeep", "%1 is damaged, and its source does not have it any more."
    )
    goes = QCoreApplication.translate("Upkeep", "It comes off with the update.")
    renamed = QCoreApplication.translate("Upkeep", "%1 goes on under another name.")
    comes = QCoreApplication.translate(
        "Upkeep", "The update brings %1. Computers that have the old one get the new one."
    )
    gone = QCoreApplication.translate("Upkeep", "%1 is not offered by its source any more.")
    stays = QCoreApplication.translate("Upkeep", "It stays on the drive as it is.")
    off = QCoreApplication.translate("Upkeep", "Take it off")
    remarks = [AppRemark("leaving", "", filled(leaving, called(ref)), goes) for ref in news.leaving]
    remarks += [
        AppRemark("renamed", "", filled(renamed, called(ref)), filled(comes, called(new)))
        for ref, new in sorted(news.renamed.items())
        if new in news.coming
    ]
    remarks += [
        AppRemark("gone", f"{TAKE_OFF}{ref}", filled(gone, called(ref)), stays, off)
        for ref in sorted(news.gone)
    ]
    words = UpkeepWords()
    if not news.newer and news.others:
        remarks.append(AppRemark("others", "", words.others(news.others)))
    if news.unasked and not news.up_to_date:
        remarks.append(AppRemark("unasked", "", words.unasked(len(news.unasked)), stays))
    return remarks


def sum_of(kind: str, count: int) -> str:
    """The sentence for ``count`` remarks of one kind."""
    return _Sums().of(kind, count)


class _Sums(QObject):
    def of(self, kind: str, count: int) -> str:
        match kind:
            case "leaving":
                return self.tr("%n app(s) come off: they are damaged and not to be had.", "", count)
            case "renamed":
                return self.tr("%n app(s) go on under another name.", "", count)
            case "gone":
                return self.tr("%n app(s) are not offered by their source any more.", "", count)
        return ""


def _failure(error: SatchelError) -> AppRemark:
    if error.cause is Cause.NETWORK:
        return AppRemark(
            "failed",
            "",
            QCoreApplication.translate("Upkeep", "No internet connection"),
            QCoreApplication.translate(
                "Upkeep", "What is newer shows only with internet. Nothing has been changed."
            ),
        )
    return AppRemark("failed", "", worded(error.message), worded(error.hint), urgency=Urgency.BAD)
