"""Why something cannot be carried, and what is said where that ends a job."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from app.errors import SatchelError, TrustError, UpstreamError, UsageError
from app.flatpak.eol_rebase import ReplacementError
from app.flatpak.refs import is_system
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.errors import NotKeptError, UnsignedRemoteError
from app.flatpak.upstream.offer import Offer
from app.flatpak.upstream.ref_table import UpstreamRef
from app.flatpak.upstream.upstream import Upstream
from app.message import Message, Size, sentences
from app.ostree.names import origin_remote
from app.ostree.objects import Commit
from app.progress import Notice
from app.remedy import Remedy
from app.severity import Severity
from app.stick.findings import Code

_Key = tuple[str, str]
_MOST_SAID = 5


class NeedsExtraDataError(UsageError):
    """A chosen app needs a payload that upstream may not redistribute."""


class RuntimeMissingError(UpstreamError):
    """An app's runtime is in no remote and not on the stick."""


class ReplacementMissingError(UpstreamError):
    """What was chosen was renamed, and what replaces it cannot be had."""


class BadVersionError(UpstreamError):
    """What was chosen names a flatpak that cannot be."""


class NotDeliveredError(UpstreamError):
    """Upstream names something and does not hand it out whole."""


class NeedsTokenError(UpstreamError):
    """Upstream hands something out only to those who show a token."""


class UnboundCommitError(TrustError):
    """A commit does not say that it belongs to its repository's collection."""


class OldCommitError(UpstreamError):
    """A commit that no flatpak installs."""


class PosesAsAppError(TrustError):
    """What is published as an operating system says that it is an app."""


class Refusal(Struct, frozen=True):
    """Why a ref cannot be carried.

    Attributes:
        code: as in `LeftOut`.
        why: a sentence that goes on from what it is about.
        error: what is said where nothing else is left to do.
        final: where it was chosen, the job does not go on without it.
    """

    code: Code
    why: Message
    error: SatchelError
    final: bool = False

    def of_need(self, needed: str) -> Refusal:
        """The same for what needs ``needed``, of which this is said."""
        why = Message(
            "It needs {needed}, which cannot be carried: {why}", needed=needed, why=self.why
        )
        return Refusal(self.code, why, self.error, self.final)


def spread(
    refused: Mapping[_Key, Refusal],
    requires: Mapping[_Key, Iterable[_Key]],
    is_there: Callable[[_Key], bool],
) -> dict[_Key, Refusal]:
    """With those that require any of them, and so on; but nothing lacks what ``is_there`` on the
    drive already, in an older version perhaps."""
    spreading = dict(refused)
    grown = bool(spreading)
    while grown:
        grown = False
        for key, needs in requires.items():
            lacking = (need for need in needs if need in spreading and not is_there(need))
            if key not in spreading and (need := next(lacking, None)) is not None:
                spreading[key] = spreading[need].of_need(need[1])
                grown = True
    return spreading


def without_it(ref: str, why: Refusal, *, there: bool) -> Notice:
    """That a plan goes on so."""
    text = Message("{ref} is left out: {why}", ref=ref, why=why.why)
    if there:
        text = Message("{ref} stays as it is: {why}", ref=ref, why=why.why)
    return Notice(Severity.WARNING, text)


def left_on_purpose(needed_by: Sequence[str]) -> Message:
    """Why a runtime is not there."""
    return Message(
        "It was left out on purpose; only computers that have it already can "
        "install what needs it: {needed_by}.",
        needed_by=tuple(needed_by),
    )


def without_runtime(runtime: str, needed_by: Sequence[str]) -> Notice:
    """That it does not come, since it was left out on purpose."""
    why_not = left_on_purpose(needed_by)
    text = Message("{ref} is missing: {why_not}", ref=runtime, why_not=why_not)
    return Notice(Severity.WARNING, text)


def all_of(refusals: Sequence[Refusal]) -> SatchelError:
    """One error that says what the errors of these say, each once, as far as anybody reads on."""
    each_once = {refusal.error.message: refusal.error for refusal in refusals}
    errors = list(each_once.values())[:_MOST_SAID]
    if len(errors) == 1:
        return errors[0]
    return type(errors[0])(sentences(*(error.message for error in errors)), errors[0].hint)


def extra_data(entry: UpstreamRef, size: int) -> Refusal:
    """``size``: bytes to download, 0 if nobody tells."""
    part: Message | Size = Size(size) if size else Message("a part")
    why = Message(
        "{part} of it may only be downloaded by each computer itself, so it cannot be installed "
        "offline.",
        part=Size(size) if size else Message("A part"),
    )
    message = Message(
        "{ref} cannot be carried: {part} of it may only be downloaded by each computer itself, "
        "from its maker's server.",
        ref=entry.name,
        part=part,
    )
    return Refusal(
        Code.EXTRA_DATA_MISSING, why, NeedsExtraDataError(message, Remedy.CARRY_EXTRA_DATA)
    )


def bad_extra_data(name: str, problem: Message) -> Refusal:
    """``problem``: of a payload that no drive can carry, and mostly nobody can install."""
    why = Message("The part of it that its maker hands out cannot be carried: {why}.", why=problem)
    error = NeedsExtraDataError(
        Message(
            "{ref} cannot be carried with the part that its maker hands out: {why}.",
            ref=name,
            why=problem,
        ),
        Message("Leave it out, or install it where there is internet."),
    )
    return Refusal(Code.EXTRA_DATA_MISSING, why, error)


def no_payload(name: str, error: UpstreamError) -> Refusal:
    """``error``: what happened to a payload of it."""
    why = Message("The part of it that its maker hands out cannot be had: {error}", error=error)
    told = NotDeliveredError(
        Message(
            "{ref} cannot be carried, for lack of the part that its maker hands out: {error}",
            ref=name,
            error=error,
        ),
        error.hint,
    )
    return Refusal(Code.EXTRA_DATA_MISSING, why, told)


def no_runtime(name: str, runtime: str, not_searched: Message) -> Refusal:
    why = Message(
        "It needs the runtime {runtime}, which is neither in a known remote nor there already.",
        runtime=runtime,
    )
    message = Message(
        "{ref} needs the runtime {runtime}, which was found neither in a known remote nor there "
        "already.",
        ref=name,
        runtime=runtime,
    )
    error = RuntimeMissingError(sentences(message, not_searched), Remedy.ADD_REMOTE_OR_LEAVE_OUT)
    return Refusal(Code.RUNTIME_MISSING, why, error, final=True)


def bad_replacement(name: str, error: ReplacementError) -> Refusal:
    told = ReplacementMissingError(
        Message("{ref} cannot be installed by anybody: {error}", ref=name, error=error),
        Message("Leave it out; tell its publisher."),
    )
    return Refusal(
        Code.REPLACEMENT_MISSING, Message("Nobody can install it: {error}", error=error), told
    )


def bad_version(name: str, version: str) -> Refusal:
    """``version``: what the metadata names as the flatpak that is needed."""
    version = repr(version[:100])
    why = Message(
        "It says that it needs flatpak {version}, which is no version, so that flatpak refuses to "
        "install it.",
        version=version,
    )
    error = BadVersionError(
        Message(
            "{ref} cannot be installed by anybody: it says that it needs flatpak {version}, which "
            "is no version.",
            ref=name,
            version=version,
        ),
        Message("Leave it out; tell its publisher."),
    )
    return Refusal(Code.RELATED_MISSING, why, error)


def bad_metadata(upstream: Offer, entry: UpstreamRef, problem: Exception) -> Refusal:
    error = UpstreamError(
        Message(
            "The metadata of {ref} in {remote} cannot be read: {problem}.",
            ref=entry.name,
            remote=upstream.remote.label,
            problem=problem,
        ),
        Message("Tell the people who publish it; leave it out meanwhile."),
    )
    why = Message("Its metadata cannot be read: {problem}.", problem=problem)
    return Refusal(Code.RELATED_MISSING, why, error, final=True)


def not_delivered(
    name: str, error: UpstreamError, path: str = "", *, final: bool = True
) -> Refusal:
    """``error``: what happened to a file of it; ``path``: which of its tree, if it is one."""
    if isinstance(error, NotKeptError):
        return Refusal(
            Code.RELATED_MISSING,
            Message("Without a network it cannot be had: {error}", error=error),
            NotDeliveredError(
                Message("{ref} cannot be had without a network: {error}", ref=name, error=error),
                Message("Connect this computer to the network, or leave it out."),
            ),
            final,
        )
    why = Message("Upstream does not hand it out: {error}", error=error)
    message = Message("{ref} cannot be had from upstream: {error}", ref=name, error=error)
    if path:
        why = Message("Upstream does not hand out {path} of it: {error}", path=path, error=error)
        message = Message(
            "{ref} cannot be had from upstream, for lack of {path}: {error}",
            ref=name,
            path=path,
            error=error,
        )
    hint = error.hint or Message("Try again later, or leave it out.")
    return Refusal(Code.RELATED_MISSING, why, NotDeliveredError(message, hint), final)


def needs_token(name: str, error: UpstreamError) -> Refusal:
    """``error``: how upstream refused without one."""
    why = Message(
        "Its publisher hands it out only with a token, as to those who bought it, which Satchel "
        "does not have."
    )
    message = Message(
        "{ref} is handed out only with a token, as to those who bought it, which Satchel does not "
        "have: {error}",
        ref=name,
        error=error,
    )
    hint = Message("Leave it out, or install it where there is internet.")
    return Refusal(Code.RELATED_MISSING, why, NeedsTokenError(message, hint))


def of_binding(upstream: Offer, name: str, commit: Commit) -> Refusal | None:
    """For a commit that computers do not take for one of this origin."""
    origin = upstream.snapshot.collection
    if origin_remote(origin) is not None:
        return system_of_remote(name, upstream.remote.label) if is_system(name) else None
    bound = commit.collection_binding
    if bound == origin:
        return None
    return unbound(name, origin) if bound is None else bound_elsewhere(name, origin, bound)


def unbound(name: str, collection: str) -> Refusal:
    why = Message(
        "It was published before its repository had the collection ID {collection}, so computers "
        "that look at that refuse it from a drive.",
        collection=collection,
    )
    error = UnboundCommitError(
        Message(
            "{ref} was published before its repository had the collection ID {collection}: its "
            "commit belongs to no collection, and computers that look at that refuse it from a "
            "drive.",
            ref=name,
            collection=collection,
        ),
        Message("Leave it out until its publisher has made a new version of it."),
    )
    return Refusal(Code.RELATED_MISSING, why, error)


def refuse_lost_collection(upstream: Upstream) -> None:
    """Raises UpstreamError for a remote that has a collection ID on this computer, and a list that
    names none: computers would look for a collection that nobody publishes."""
    remote = upstream.remote
    if remote.collection_id is None or upstream.signed_list.collection is not None:
        return
    raise UpstreamError(
        Message(
            "{remote} should have the collection {collection}, but its list names none.",
            remote=remote.label,
            collection=remote.collection_id,
        ),
        Message("If it has none any more, take the collection ID out of the remote."),
    )


def refuse_half_signed(upstream: Offer) -> None:
    """Raises `UnsignedRemoteError` for a remote with a key, and without a collection ID, whose list
    is not signed: computers that have the key refuse that."""
    remote, snapshot = upstream.remote, upstream.snapshot
    if origin_remote(snapshot.collection) is None or snapshot.signature.good or not remote.keys:
        return
    raise UnsignedRemoteError(
        Message(
            "{remote} has a key, but its list is not signed: computers that have the key "
            "refuse it.",
            remote=remote.label,
        ),
        Message(
            "It can be taken without its key, as what nobody vouches for: --remote {address} "
            "--allow-unsigned",
            address=remote.address,
        ),
    )


def two_places(ref: str, remote: Remote, first: Remote, collection: str) -> Message:
    """Two remotes with one origin, of which only the second has a ref."""
    if origin_remote(collection) is not None:
        return Message(
            "{ref} is in {remote} but not in {first}, and both have the address {address}, from "
            "which a drive carries one of them.",
            ref=ref,
            remote=remote.label,
            first=first.label,
            address=first.address,
        )
    return Message(
        "{ref} is in {remote} but not in {first}, and both have the collection {collection}, "
        "which a drive carries from one place.",
        ref=ref,
        remote=remote.label,
        first=first.label,
        collection=collection,
    )


def no_metadata(name: str) -> Refusal:
    """Commits of before 2018 may be so."""
    why = Message("It was published so long ago that no flatpak of today installs it.")
    error = OldCommitError(
        Message(
            "{ref} was published so long ago that no flatpak of today installs it: its commit has "
            "no metadata.",
            ref=name,
        ),
        Message("Leave it out until its publisher has made a new version of it."),
    )
    return Refusal(Code.METADATA_MISMATCH, why, error)


def system_of_remote(name: str, remote: str) -> Refusal:
    """``remote``: what people call it."""
    why = Message("Computers look for operating systems by a collection ID, and it has none.")
    error = UnboundCommitError(
        Message(
            "{remote} has no collection ID, by which computers look for {ref} on a drive.",
            ref=name,
            remote=remote,
        ),
        Message("Ask the people who run the repository to set one."),
    )
    return Refusal(Code.RELATED_MISSING, why, error, final=True)


def poses_as_app(name: str, said: str) -> Refusal:
    """``said``: the app or runtime that the commit of an operating system says it is."""
    said = said[:100]
    why = Message("Its commit says that it is {said}.", said=said)
    error = PosesAsAppError(
        Message("The commit of {ref} says that it is {said}.", ref=name, said=said),
        Message("Leave it out, and tell its publisher: an operating system is no app."),
    )
    return Refusal(Code.METADATA_MISMATCH, why, error, final=True)


def bound_elsewhere(name: str, collection: str, bound: str) -> Refusal:
    """``bound``: the collection that its commit names."""
    why = Message(
        "It was published for the collection {bound}, and its repository is now {collection}.",
        bound=bound[:100],
        collection=collection,
    )
    error = UnboundCommitError(
        Message(
            "{ref} was published for the collection {bound}, but its repository is {collection}: "
            "either its publisher has changed that, or somebody hands out what is another's.",
            ref=name,
            bound=bound[:100],
            collection=collection,
        ),
        Message("Leave it out until its publisher has made a new version of it."),
    )
    return Refusal(Code.RELATED_MISSING, why, error, final=True)
