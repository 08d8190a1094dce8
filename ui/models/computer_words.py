"""What offline computers get of a choice, in words: one message for each."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject

from app.stick.planning.for_computer import ForComputer, Get
from ui.i18n.filling import filled
from ui.i18n.numbers import day_told, sized
from ui.i18n.wording import worded
from ui.models.messages import MessageItem
from ui.style import style
from ui.style.symbol import Symbol

_MOST_NAMED = 8


def computer_items(
    computers: Iterable[ForComputer], chosen: frozenset[str]
) -> tuple[MessageItem, ...]:
    """``chosen``: the full refs that are still chosen; what was taken away since, nobody gets."""
    words = _Words()
    return tuple(words.item(each, chosen) for each in computers)


class _Words(QObject):
    """lupdate finds numbers with their plural forms in ``tr`` only."""

    def item(self, computer: ForComputer, chosen: frozenset[str]) -> MessageItem:
        gets = [get for get in computer.gets if _is_got(get, chosen)]
        heading = filled(self.tr("%1, as of %2"), computer.host, day_told(computer.made))
        lines = [self._sum(gets), self._named(gets), *map(worded, computer.remarks)]
        tone = style.Tone.WARN if computer.remarks else None
        return MessageItem(Symbol.MONITOR, tone, heading, "\n".join(filter(None, lines)))

    def _sum(self, gets: list[Get]) -> str:
        apps = [get for get in gets if get.ref.startswith("app/")]
        if not gets:
            return self.tr("Nothing new for it.")
        size = sized(sum(get.installed_size for get in gets))
        if not apps:
            return filled(self.tr("What its apps need, in a newer version: %1"), size)
        updates = sum(get.update for get in apps)
        new = len(apps) - updates
        parts = [self.tr("%n update(s)", "", updates)] if updates else []
        parts += [self.tr("%n new app(s)", "", new)] if new else []
        return filled(self.tr("%1, with what they need %2"), ", ".join(parts), size)

    def _named(self, gets: list[Get]) -> str:
        names = [get.name or get.ref.split("/")[1] for get in gets if get.ref.startswith("app/")]
        more = len(names) - _MOST_NAMED
        named = ", ".join(names[:_MOST_NAMED])
        return filled(self.tr("%1 and %n more", "", more), named) if more > 0 else named


def _is_got(get: Get, chosen: frozenset[str]) -> bool:
    return get.ref in chosen or not get.ref.startswith("app/")
