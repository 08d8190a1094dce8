"""What is said about updates and about taking off: in the foot, and above the list of apps."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject

from app.errors import Cause, SatchelError
from app.stick.planning.news import News
from ui.controllers.upkeep import UpkeepState, UpkeepStatus
from ui.i18n.filling import filled
from ui.i18n.numbers import sized
from ui.i18n.wording import worded
from ui.widgets.app_message import AppRemark, Urgency


class UpkeepWords(QObject):
    """Numbers in words: lupdate finds their plural forms in ``tr`` only."""

    def update(self, news: News | None) -> str:
        """Of the primary button."""
        number = len(news.newer) if news is not None else 0
        return self.tr("Update %n app(s)", "", number) if number else self.tr("Update the drive")

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
        if news is None or (news.up_to_date and (news.held or news.unasked)):
            return ""
        if news.up_to_date:
            return self.tr("Everything is up to date") if status.asked else ""
        if not news.download:
            return self.tr("Nothing to download")
        text = self.tr("%1 to download") if news.exact else self.tr("Up to %1 to download")
        return filled(text, sized(news.download))

    def others(self, number: int) -> str:
        return self.tr("%n thing(s) that the apps need are newer.", "", number)

    def unasked(self, number: int) -> str:
        return self.tr("Nobody could be asked about %n app(s).", "", number)


def remark_on(status: UpkeepStatus, drive: str, called: Callable[[str], str]) -> AppRemark | None:
    """What there is to know that no row of the list says; one thing at a time.

    ``called``: what people call a ref.
    """
    news = status.news
    if status.error is not None:
        return _failure(status.error)
    if news is None:
        return None
    if news.up_to_date:
        return _stays_behind(news, called) if status.asked else None
    if news.lacking:
        text = QCoreApplication.translate("Upkeep", "%1 too much for %2")
        return AppRemark(
            "room",
            "",
            filled(text, sized(news.lacking), drive),
            QCoreApplication.translate(
                "Upkeep", "Take something off first. What is on it can be installed as before."
            ),
            urgency=Urgency.BAD,
        )
    if news.too_large:
        text = QCoreApplication.translate("Upkeep", "%1 is too large for this kind of drive.")
        return AppRemark(
            "too large",
            "",
            filled(text, called(news.too_large[0])),
            QCoreApplication.translate(
                "Upkeep", "Take it off, or erase the drive and set it up again."
            ),
            urgency=Urgency.BAD,
        )
    if status.unread:
        return AppRemark(
            "unread",
            "",
            QCoreApplication.translate("Upkeep", "Look at the list once more."),
            QCoreApplication.translate(
                "Upkeep", "The sources have just said something that was not known before."
            ),
        )
    remark = _stays_behind(news, called)
    if remark is None and news.others and not (news.newer or news.coming):
        remark = AppRemark("others", "", UpkeepWords().others(news.others))
    return remark


def _stays_behind(news: News, called: Callable[[str], str]) -> AppRemark | None:
    """What nobody could be asked about, or has to come off before its source can get newer."""
    if news.unasked:
        stay = QCoreApplication.translate("Upkeep", "What is from there stays as it is.")
        return AppRemark("unasked", "", UpkeepWords().unasked(len(news.unasked)), stay)
    for each in news.held_back:
        if each.older:
            text = QCoreApplication.translate("Upkeep", "Because of %1 nothing of %2 gets newer.")
            ref = next(iter((*each.unlisted, *each.lacking)))
            return AppRemark(
                "held back",
                "",
                filled(text, called(ref), each.remote),
                QCoreApplication.translate(
                    "Upkeep",
                    "It can be installed only with the list that is on the drive now. Take it off "
                    "to update the rest.",
                ),
            )
    return None


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
