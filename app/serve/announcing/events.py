"""What becomes of an announcement, told to whoever started it."""

from __future__ import annotations

from msgspec import Struct

from app.message import NOTHING, Message
from app.progress import Notice
from app.severity import Severity


class Announcing(Struct, frozen=True):
    """Other computers find these now; told again when it changes.

    Attributes:
        names: collection → what it is called on the network.
        left: titles of sources that nobody finds so.
    """

    names: tuple[tuple[str, str], ...]
    left: tuple[str, ...] = ()

    @property
    def notice(self) -> Notice:
        collections = tuple(collection for collection, _ in self.names)
        return Notice(
            Severity.INFO,
            Message(
                "Other computers on the network find this by themselves: {ids}.", ids=collections
            ),
            Message("Not {names}: without a collection ID nobody can look for it.", names=self.left)
            if self.left
            else NOTHING,
        )


class NotAnnounced(Struct, frozen=True):
    """Other computers do not find it, or not any more; it is served all the same."""

    reason: Message
    hint: Message

    @property
    def notice(self) -> Notice:
        return Notice(
            Severity.WARNING,
            Message("Other computers do not find this by themselves: {reason}", reason=self.reason),
            self.hint,
        )


AnnounceEvent = Announcing | NotAnnounced
NOT_RUNNING = NotAnnounced(
    Message("Avahi, which does that, is not running."),
    Message("Install and start the package avahi-daemon."),
)
NO_BUS = NotAnnounced(
    Message("there is no system bus here."),
    Message("Install and start the packages dbus and avahi-daemon."),
)
NOTHING_WITH_COLLECTION = NotAnnounced(
    Message("none of its sources has a name by which others could look for it."),
    Message("That takes a collection ID; use the command on the page that is served instead."),
)
NOTHING_WHOLE = NotAnnounced(
    Message("nothing of it is whole on the drives that are here."),
    Message("What upstream would have to be asked for is never announced."),
)
ONLY_HERE = NotAnnounced(
    Message("it is served to this computer only."),
    Message("Leave out the address behind --listen, or name one of the network's."),
)
ENCRYPTED = NotAnnounced(
    Message("what looks for it does so without encryption, and here is TLS only."),
    Message("Leave out --tls-certificate; what is installed is signed by its publisher anyway."),
)
