"""What is said of installing on this computer."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.credentials import host_of
from app.flatpak.remotes.addresses import local_path
from ui.controllers.receiving_view import AppRow, Hurdle, ReceivingState, ReceivingView, RowState
from ui.dialogs.nobody_vouches import heading_for, take_anyway
from ui.i18n.filling import filled
from ui.i18n.numbers import dated, sized, sized_of
from ui.i18n.wording import worded, worded_together

_MOST_NAMED = 5


class ReceivingWords(QObject):
    """A QObject for its ``tr``: lupdate finds plural forms nowhere else."""

    def title(self, view: ReceivingView) -> str:
        if view.state is ReceivingState.KEY:
            return self.tr("Whose apps are these?")
        if view.state is ReceivingState.UNSIGNED:
            return heading_for(self.unsigned(view))
        return self.tr("Install on this computer")

    def sentence(self, view: ReceivingView) -> str:
        """Above the apps."""
        match view.state:
            case ReceivingState.LOOKING:
                return self.tr("Looking at what is on the drive…")
            case ReceivingState.CLOCK:
                return filled(
                    self.tr(
                        "This computer's clock is wrong: it stands before %1, when the drive was "
                        "made. Nothing can be checked until it is set."
                    ),
                    dated(view.made),
                )
            case ReceivingState.KEY:
                return self.tr(
                    "This computer does not know who made these apps. The drive says who, and "
                    "that this is their key. Compare it with what the makers publish, or ask "
                    "whoever gave you the drive. Whoever has this key can put anything on this "
                    "computer."
                )
            case ReceivingState.CHOOSING:
                return self._choosing(view)
            case ReceivingState.INSTALLING:
                return self._installing(view)
            case ReceivingState.STOPPING:
                return self.tr("Stopping…")
            case ReceivingState.STOPPED:
                return self.tr(
                    "Stopped. What is ticked is installed and stays; of the rest nothing is left "
                    "on this computer."
                )
            case ReceivingState.DONE:
                return self._done(view)
            case ReceivingState.FAILED if view.error is not None:
                return worded_together(view.error.message, view.error.hint)
        return ""

    def _choosing(self, view: ReceivingView) -> str:
        updates, new = len(view.of(RowState.UPDATE)), len(view.of(RowState.NEW))
        if not updates and not new:
            if view.of(RowState.REFUSED):
                return self.tr("Nothing on this drive can be installed on this computer.")
            return self.tr("Everything on this drive is on this computer already.")
        parts = [self.tr("%n newer than on this computer", "", updates)] if updates else []
        parts += [self.tr("%n new", "", new)] if new else []
        said = filled(self.tr("On the drive: %1."), ", ".join(parts))
        here = len(view.of(RowState.HERE))
        more = self.tr("%n more here already.", "", here)
        return f"{said} {more}" if here else said

    def source(self, view: ReceivingView, collection: str) -> str:
        """The apps that a key is about."""
        names = [row.name for row in view.rows if row.key[0] == collection]
        more = len(names) - _MOST_NAMED
        named = ", ".join(names[:_MOST_NAMED])
        return filled(self.tr("%1 and %n more", "", more), named) if more > 0 else named

    def unsigned(self, view: ReceivingView) -> str:
        """What nobody vouches for, by a name that a drive cannot give it: the server that a source
        is on, the app that a file has."""
        if view.unsigned is None:
            return ""
        address = view.unsigned.address
        if view.unsigned.lost and "://" not in address:
            return address
        if view.unsigned.is_file:
            return ", ".join(view.unsigned.ids)
        # Of a path the drive has chosen any part.
        return address if local_path(address) is not None else host_of(address)

    def unsigned_beside(self, view: ReceivingView) -> str:
        """What else there is to know of it."""
        if view.unsigned is None:
            return ""
        text = self.tr("They come from %1.")
        if view.unsigned.lost:
            text = self.tr("They come from %1, which signs: the signatures are missing here.")
        if view.unsigned.unchecked:
            text = self.tr("They come from %1, of which this computer looks at no signatures.")
        said = [filled(text, view.unsigned.address)]
        if view.unsigned.title:
            said.append(filled(self.tr("The drive calls this source “%1”."), view.unsigned.title))
        if view.unsigned.ids and not view.unsigned.is_file:
            more = len(view.unsigned.ids) - _MOST_NAMED
            named = ", ".join(view.unsigned.ids[:_MOST_NAMED])
            said.append(filled(self.tr("%1 and %n more", "", more), named) if more > 0 else named)
        return "\n".join(said)

    def _installing(self, view: ReceivingView) -> str:
        if view.now:
            return filled(self.tr("Installing %1"), view.now)
        if view.rows and len(view.of(RowState.INSTALLED)) == len(view.rows):
            return self.tr("Bringing this computer's list of apps up to date…")
        if view.to_copy:
            text = self.tr("Checking and copying from the drive: %1")
            return filled(text, sized_of(min(view.copied, view.to_copy), view.to_copy))
        return self.tr("Getting ready…")

    def _done(self, view: ReceivingView) -> str:
        installed = len(view.of(RowState.INSTALLED))
        if view.failed:
            text = self.tr("%1 of %n app(s) are installed", "", len(view.rows))
            return filled(text, str(installed))
        return self.tr("%n app(s) installed", "", installed)

    def notes(self, view: ReceivingView, *, is_demo: bool) -> str:
        """Below the apps."""
        match view.state:
            case ReceivingState.CHOOSING if view.ticked:
                takes = self.tr("Takes %1 with what is needed; %2 are free on this computer.")
                said = [filled(takes, sized(view.size), sized(view.free))]
                if is_demo:
                    said.append(
                        self.tr("This is a trial: it is installed into an empty place that goes.")
                    )
                return " ".join(said)
            case ReceivingState.CLOCK if not view.sets_clock:
                return self.tr("Set it in the computer's own settings, then look again.")
            case ReceivingState.DONE if view.outcome is not None:
                said = [worded(notice.message) for notice in view.outcome.notices]
                if view.of(RowState.INSTALLED) and not is_demo:
                    said.insert(
                        0,
                        self.tr(
                            "They are in this computer's menu, perhaps only after a new login."
                        ),
                    )
                return " ".join(said)
        return ""

    def verb(self, view: ReceivingView) -> str:
        """What can be done now; empty for nothing."""
        match view.state:
            case ReceivingState.CLOCK if view.sets_clock:
                return filled(self.tr("Set the clock to %1"), dated(view.made))
            case ReceivingState.CLOCK | ReceivingState.FAILED:
                return self.tr("Look again")
            case ReceivingState.KEY:
                return self.tr("Trust this key")
            case ReceivingState.UNSIGNED:
                return take_anyway()
            case ReceivingState.CHOOSING if view.of(RowState.NEW) or view.of(RowState.UPDATE):
                ticked = len(view.ticked)
                return self.tr("Install %n app(s)", "", ticked) if ticked else self.tr("Install")
        return ""

    def cancel(self, view: ReceivingView) -> str:
        """Of the other button."""
        if view.under_way:
            return self.tr("Stop")
        if view.state in {ReceivingState.KEY, ReceivingState.UNSIGNED}:
            return self.tr("Leave those apps out")
        return self.tr("Cancel") if self.verb(view) else self.tr("Close")

    def nothing_ticked(self) -> str:
        return self.tr("Tick at least one app.")

    # An app

    def about(self, row: AppRow) -> str:
        """Below its name."""
        if row.hurdle is Hurdle.NEWER_FLATPAK:
            # Which one, so that people know what to look for.
            return worded(row.reason)
        if row.hurdle is not None:
            return self._hurdle(row.hurdle)
        match row.state:
            case RowState.NEW:
                return self.tr("New")
            case RowState.UPDATE:
                return self.tr("Newer than on this computer")
            case RowState.ELSEWHERE:
                return self.tr("Here from another source; it stays as it is.")
            case RowState.INSTALLED:
                return self.tr("Updated") if row.is_update else self.tr("Installed")
        return ""

    def _hurdle(self, hurdle: Hurdle) -> str:
        return {
            Hurdle.UNKNOWN_KEY: self.tr("Nobody knows yet whether its key is the right one."),
            Hurdle.OTHER_KEY: self.tr(
                "Its key is not the one that this computer knows for it: somebody else may have "
                "made it. It is never installed."
            ),
            Hurdle.UNTRUSTED: self.tr(
                "Nobody whom this computer knows vouches for it. Ask for it where you got the "
                "drive."
            ),
            Hurdle.UNSIGNED: self.tr("It is not signed, so nobody vouches for it."),
            Hurdle.DAMAGED: self.tr("It is damaged on the drive. Have the drive repaired."),
            Hurdle.MISSING: self.tr(
                "Something it needs is missing on the drive. Have it written again."
            ),
            Hurdle.ROOM: self.tr("There is no room for it on this computer."),
            Hurdle.OTHER: self.tr("This computer's Flatpak did not install it."),
        }[hurdle]

    def spoken(self, state: RowState) -> str:
        """How far an app is, for those who do not see its sign."""
        return {
            RowState.WAITING: self.tr("Not begun yet."),
            RowState.UNDER_WAY: self.tr("Being installed."),
            RowState.FAILED: self.tr("Not installed."),
            RowState.REFUSED: self.tr("Cannot be installed."),
        }.get(state, "")
