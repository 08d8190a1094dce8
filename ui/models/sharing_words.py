"""Sharing a drive on the network, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QDateTime, QObject

from app.errors import SatchelError
from app.flatpak.refs import Ref
from app.serve.errors import PortForbiddenError, PortInUseError, WebServerMissingError
from app.serve.firewall import Firewall, FirewallKind
from app.serve.values import Address, Computer
from ui.i18n.filling import filled
from ui.i18n.numbers import clock_told, sized
from ui.i18n.wording import worded, worded_together
from ui.models.messages import MessageItem
from ui.models.sharing import Ending, SharingEnd, SharingState, SharingView
from ui.style.symbol import Symbol

_MOST_NAMED = 8
_WIRELESS = ("wl",)
_CABLE = ("en", "eth")


class SharingWords(QObject):
    """lupdate finds numbers with their plural forms in ``tr`` only."""

    def in_sidebar(self, view: SharingView) -> tuple[str, str]:
        """“Shared” and “4 computers”, or why it is not just now."""
        shared = self.tr("Shared")
        match view.state:
            case SharingState.STARTING:
                return shared, self.tr("Begins…")
            case SharingState.DRIVE_GONE | SharingState.WAITING:
                return shared, filled(self.tr("Waits for %1"), view.name)
            case SharingState.STOPPING:
                return shared, self.tr("Stopping…")
            case SharingState.FAILED:
                return self.tr("Not shared"), view.name
        if view.has_no_network:
            return shared, self.tr("No network")
        return shared, self.tr("%n computer(s)", "", view.here)

    def title(self, view: SharingView) -> str:
        begins = view.state is SharingState.STARTING or view.has_no_network
        if view.is_on and not begins:
            return self.tr("Shared on the network")
        return self.tr("Share on the network")

    def sentence(self, view: SharingView) -> str:
        if view.state is SharingState.STARTING:
            return filled(self.tr("Looking at what is on %1…"), view.name)
        if view.state is SharingState.FAILED:
            return filled(self.tr("%1 is not shared."), view.name)
        if view.has_no_network or view.state in {SharingState.DRIVE_GONE, SharingState.WAITING}:
            return self.tr("Computers get nothing from here just now.")
        return self.tr(
            "Computers in this room can install the %n app(s) from here, without the drive and "
            "without internet.",
            "",
            len(view.apps),
        )

    def message(self, view: SharingView) -> tuple[str, str]:
        """What is in the way, and what that means; two empty texts where nothing is."""
        match view.state:
            case SharingState.DRIVE_GONE:
                return (
                    filled(self.tr("%1 was pulled out"), view.name),
                    self.tr(
                        "Plug it in again, it goes on by itself. The computers wait meanwhile."
                    ),
                )
            case SharingState.WAITING if view.is_interrupted:
                return (
                    filled(self.tr("Work on %1 has stopped before its end"), view.name),
                    self.tr("What was on the drive before can still be shared."),
                )
            case SharingState.WAITING:
                return (
                    filled(self.tr("%1 is being changed"), view.name),
                    self.tr("It is shared again by itself as soon as that is done."),
                )
            case SharingState.FAILED if view.error is not None:
                return self._failure(view.error)
        if view.has_no_network:
            return (
                self.tr("This computer is in no network"),
                self.tr(
                    "Connect it to the network of the other computers, by Wi-Fi or cable. It goes "
                    "on by itself then."
                ),
            )
        return "", ""

    def _failure(self, error: SatchelError) -> tuple[str, str]:
        match error:
            case PortInUseError(port=port):
                return (
                    filled(self.tr("Another program uses port %1"), str(port)),
                    self.tr("Choose another number; it stands at the end of the address."),
                )
            case PortForbiddenError(port=port):
                return (
                    filled(self.tr("Port %1 is not for programs like this one"), str(port)),
                    self.tr("Choose another number; it stands at the end of the address."),
                )
            case WebServerMissingError():
                return (
                    self.tr("This computer has no nginx"),
                    self.tr(
                        "Satchel hands the apps out with that small web server. Install the "
                        "package “nginx-light” or “nginx”, or ask whoever looks after this "
                        "computer to do it."
                    ),
                )
        return worded(error.message), worded_together(error.hint)

    def remark(self, view: SharingView) -> str:
        """What helps those who cannot get here, or to keep it so."""
        if view.computers:
            return self.tr("Leave the drive plugged in, and this computer on.")
        if view.firewall is not None:
            return self._about(view.firewall)
        port = str(view.port)
        if view.is_lonely:
            text = self.tr(
                "Nobody has come yet. Are the other computers in the same network? Some Wi-Fi "
                "keeps its computers apart, and a firewall here may let nobody through to port %1."
            )
            return filled(text, port)
        text = self.tr(
            "Whoever takes something is counted here. If nobody gets through, a firewall on this "
            "computer may be in the way: port %1 has to be open."
        )
        return filled(text, port)

    def _about(self, firewall: Firewall) -> str:
        names = {FirewallKind.FIREWALLD: "firewalld", FirewallKind.UFW: "ufw"}
        port = str(firewall.port)
        if firewall.closed:
            text = self.tr(
                "The firewall of this computer (%1) lets nobody in. Ask whoever looks after it to "
                "open port %2:"
            )
        else:
            text = self.tr(
                "A firewall (%1) is on, and only an administrator sees whom it lets in. If nobody "
                "gets through, ask for port %2 to be opened:"
            )
        return filled(text, names[firewall.kind], port)

    def described(self, address: Address) -> str:
        """Of the code, to those who do not see it."""
        return filled(self.tr("A camera that reads it opens %1."), address.url)

    def network(self, address: Address) -> str:
        """“Wi-Fi, 10.0.4.17”."""
        kind = address.interface
        if kind.startswith(_WIRELESS):
            kind = self.tr("Wi-Fi")
        elif kind.startswith(_CABLE):
            kind = self.tr("Cable")
        return ", ".join(part for part in (kind, address.ip) if part)

    def ended(self, end: SharingEnd) -> str:
        """For a toast."""
        text = self.tr("%1 is not shared any more.")
        if end.why is Ending.TAKEN_AWAY:
            text = self.tr("%1 is not shared any more, so that it can be let go of.")
        told = filled(text, end.target.name)
        if not end.computers:
            return told
        took = self.tr("%n computer(s) took %1.", "", end.computers)
        return f"{told} {filled(took, sized(end.bytes))}"

    def closing(self, view: SharingView) -> str:
        """What the question says that is asked when the window is closed."""
        text = self.tr("The window hands out what is on %1. When it closes, that ends.")
        told = [filled(text, view.name)]
        if view.here:
            told.append(self.stopping(view.here))
        return " ".join(told)

    def stopping(self, here: int) -> str:
        """What it means for those who are here, of whom there are so many."""
        return self.tr(
            "%n computer(s) are here now; what they have not taken whole they cannot install.",
            "",
            here,
        )

    def computers(self, view: SharingView) -> tuple[MessageItem, ...]:
        """Who took what, in the order they came."""
        names = {app.ref: app.name for app in view.apps}
        return tuple(self._computer(each, view, names) for each in view.computers)

    def _computer(
        self, computer: Computer, view: SharingView, names: Mapping[str, str]
    ) -> MessageItem:
        amount = sized(computer.bytes)
        if view.is_here(computer):
            told = filled(self.tr("Here now, %1"), amount)
        else:
            clock = QDateTime.fromSecsSinceEpoch(int(computer.last)).time()
            told = filled(self.tr("Last here at %1, %2"), clock_told(clock), amount)
        taken = [names[ref] or _called(ref) for ref in computer.refs if ref in names]
        missing = [_called(ref) for ref in computer.wanted if ref.startswith("app/")]
        lines = [told, self._named(taken)]
        if missing:
            lines.append(filled(self.tr("Not on the drive: %1"), self._named(missing)))
        return MessageItem(Symbol.MONITOR, None, computer.address, "\n".join(filter(None, lines)))

    def _named(self, names: Iterable[str]) -> str:
        every = list(dict.fromkeys(names))
        more = len(every) - _MOST_NAMED
        named = ", ".join(every[:_MOST_NAMED])
        return filled(self.tr("%1 and %n more", "", more), named) if more > 0 else named


def _called(ref: str) -> str:
    parsed = Ref.parse_or_none(ref)
    return parsed.id if parsed is not None else ref
