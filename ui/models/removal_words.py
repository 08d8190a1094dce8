"""What is said of apps that come off a drive, before it is done and afterwards; of updated ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QObject

from app.flatpak.refs import is_system
from app.stick.planning.plan import Action, Plan, Removal
from ui.i18n.filling import filled
from ui.i18n.numbers import sized
from ui.i18n.stick_words import plain_name
from ui.i18n.wording import sentence_case, worded
from ui.models.file_words import file_removals
from ui.models.review_values import PlanLine

_MOST = 4
"""Names in a sentence."""


class RemovalWords(QObject):
    """Of one plan."""

    def __init__(self, plan: Plan, leaving: Mapping[str, str]) -> None:
        """``leaving``: what people call the refs that are to come off; what was named when the plan
        was made and is not among them stays after all."""
        super().__init__()
        self._leaving = leaving
        self._plan = plan
        self.apps = tuple(
            removal
            for removal in (*plan.removed, *file_removals(plan))
            if _is_listed(removal.ref) and (not removal.named or removal.ref in leaving)
        )

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted(map(self._name, self.apps), key=str.casefold))

    @property
    def sentence(self) -> str:
        """“1 app comes off: Meetly.”; empty where none does."""
        return come_off(self.names)

    @property
    def heading(self) -> str:
        return heading_of(len(self.apps))

    @property
    def lines(self) -> tuple[PlanLine, ...]:
        return tuple(
            map(self._line, sorted(self.apps, key=lambda each: self._name(each).casefold()))
        )

    @property
    def alone(self) -> bool:
        """Whether apps come off, and nothing comes or gets newer."""
        actions = {item.action for item in self._plan.items}
        actions |= {bundle.action for bundle in self._plan.bundles}
        return bool(self.apps) and actions <= {Action.KEEP}

    @property
    def beside(self) -> str:
        """What goes with them, and, where no figure says so, what that frees."""
        if not self.apps:
            return ""
        said = []
        if self.freed and not self.alone:
            said.append(filled(self.tr("%1 become free"), self.freed))
        if parts := sum(not _is_listed(removal.ref) for removal in self._plan.removed):
            said.append(self.tr("with %n part(s) that nothing else needs", "", parts))
        return sentence_case(", ".join(said))

    @property
    def freed(self) -> str:
        """How much becomes free; empty for nothing."""
        freed = self._plan.estimate.freed
        if not freed.bytes:
            return ""
        return (
            sized(freed.bytes) if freed.exact else filled(self.tr("up to %1"), sized(freed.bytes))
        )

    def _line(self, removal: Removal) -> PlanLine:
        why = () if removal.named else ((worded(removal.reason), True),)
        return PlanLine(removal.ref, self._name(removal), why, "", may_be_kept=removal.named)

    def _name(self, removal: Removal) -> str:
        return self._leaving.get(removal.ref) or removal.name or plain_name(removal.ref)


def heading_of(count: int) -> str:
    """“1 app comes off”; empty for none."""
    return _Sentences().heading(count) if count else ""


def come_off(names: Sequence[str]) -> str:
    """That these apps are to come off a drive; empty for none."""
    return _Sentences().come_off(names) if names else ""


def were_updated(names: Sequence[str]) -> str:
    """That these apps are newer now; empty for none."""
    return _Sentences().were_updated(names) if names else ""


def came_off(names: Sequence[str]) -> str:
    """That these apps are not on it any more; empty for none."""
    return _Sentences().came_off(names) if names else ""


class _Sentences(QObject):
    """lupdate finds plural forms in ``tr`` only."""

    def heading(self, count: int) -> str:
        return self.tr("%n app(s) come(s) off", "", count)

    def come_off(self, names: Sequence[str]) -> str:
        text = self.tr("%n app(s) come(s) off: %1.", "", len(names))
        return filled(text, self._listed(names))

    def came_off(self, names: Sequence[str]) -> str:
        text = self.tr("%n app(s) came off: %1.", "", len(names))
        return filled(text, self._listed(names))

    def were_updated(self, names: Sequence[str]) -> str:
        text = self.tr("%n app(s) updated: %1.", "", len(names))
        return filled(text, self._listed(names))

    def _listed(self, names: Sequence[str]) -> str:
        more = len(names) - _MOST
        listed = ", ".join(names[:_MOST])
        return filled(self.tr("%1 and %n more", "", more), listed) if more > 0 else listed


def removed_names(removed: Iterable[Removal], leaving: Mapping[str, str]) -> tuple[str, ...]:
    """What people call the apps among these."""
    names = (
        leaving.get(removal.ref) or removal.name or plain_name(removal.ref)
        for removal in removed
        if _is_listed(removal.ref)
    )
    return tuple(sorted(names, key=str.casefold))


def _is_listed(ref: str) -> bool:
    return ref.startswith("app/") or is_system(ref)
