"""Why something cannot be carried, and what is said where that ends a job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import SatchelError, TrustError, UpstreamError, UsageError
from app.flatpak.upstream.ref_table import UpstreamRef
from app.flatpak.upstream.upstream import Upstream
from app.stick.findings import Code
from app.text import Policy, clean
from app.units import size_text

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


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a ref cannot be carried.

    Attributes:
        code: as in `LeftOut`.
        why: a sentence that goes on from what it is about.
        error: what is said where nothing else is left to do.
        final: where it was chosen, the job does not go on without it.
    """

    code: Code
    why: str
    error: SatchelError
    final: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "why", clean(self.why, Policy.SENTENCE))

    def of_need(self, needed: str) -> Refusal:
        """The same for what needs ``needed``, of which this is said."""
        why = f"It needs {needed}, which cannot be carried: {self.why}"
        return Refusal(self.code, why, self.error, self.final)


def all_of(refusals: Sequence[Refusal]) -> SatchelError:
    """One error that says what the errors of these say, as far as anybody reads on."""
    errors = [one.error for one in refusals[:_MOST_SAID]]
    if len(errors) == 1:
        return errors[0]
    return type(errors[0])(" ".join(one.message for one in errors), errors[0].hint)


def extra_data(entry: UpstreamRef, size: int) -> Refusal:
    """``size``: bytes to download, 0 if nobody tells."""
    why = (
        f"{size_text(size)} of it may only be downloaded by each computer itself, so it cannot "
        "be installed offline."
    )
    message = (
        f"{entry.name} cannot be carried: {size_text(size)} of it may only be downloaded "
        "by each computer itself, from its maker's server."
    )
    if not size:
        why = (
            "A part of it may only be downloaded by each computer itself, so it cannot be "
            "installed offline."
        )
        message = (
            f"{entry.name} cannot be carried: a part of it may only be downloaded by each computer "
            "itself, from its maker's server."
        )
    hint = "Leave it out, or install it where there is internet."
    return Refusal(Code.EXTRA_DATA_MISSING, why, NeedsExtraDataError(message, hint))


def no_runtime(name: str, runtime: str, not_searched: str) -> Refusal:
    why = f"It needs the runtime {runtime}, which is neither in a known remote nor on the drive."
    error = RuntimeMissingError(
        f"{name} needs the runtime {runtime}, which was found neither in a known remote nor on the "
        f"drive. {not_searched}".rstrip(),
        "Add the remote that has it, leave the app out, or use --no-runtime for computers that "
        "have it.",
    )
    return Refusal(Code.RUNTIME_MISSING, why, error, final=True)


def bad_replacement(name: str, why: str) -> Refusal:
    """``why`` as `ReplacementError` has it."""
    error = ReplacementMissingError(
        f"{name} cannot be installed by anybody: {why}", "Leave it out; tell its publisher."
    )
    return Refusal(Code.REPLACEMENT_MISSING, f"Nobody can install it: {why}", error)


def bad_version(name: str, version: str) -> Refusal:
    """``version``: what the metadata names as the flatpak that is needed."""
    why = (
        f"It says that it needs flatpak {version[:100]!r}, which is no version, so that flatpak "
        "refuses to install it."
    )
    error = BadVersionError(
        f"{name} cannot be installed by anybody: it says that it needs flatpak {version[:100]!r}, "
        "which is no version.",
        "Leave it out; tell its publisher.",
    )
    return Refusal(Code.RELATED_MISSING, why, error)


def bad_metadata(upstream: Upstream, entry: UpstreamRef, why: str) -> Refusal:
    error = UpstreamError(
        f"The metadata of {entry.name} in {upstream.remote.label} cannot be read: {why}",
        "Tell the people who publish it; leave it out meanwhile.",
    )
    return Refusal(Code.RELATED_MISSING, f"Its metadata cannot be read: {why}", error, final=True)


def not_delivered(
    name: str, error: UpstreamError, path: str = "", *, final: bool = True
) -> Refusal:
    """``error``: what happened to a file of it; ``path``: which of its tree, if it is one."""
    why = f"Upstream does not hand it out: {error.message}"
    message = f"{name} cannot be had from upstream: {error.message}"
    if path:
        why = f"Upstream does not hand out {path} of it: {error.message}"
        message = f"{name} cannot be had from upstream, for lack of {path}: {error.message}"
    return Refusal(Code.RELATED_MISSING, why, NotDeliveredError(message, error.hint), final)


def needs_token(name: str, error: UpstreamError) -> Refusal:
    """``error``: how upstream refused without one."""
    return Refusal(
        Code.RELATED_MISSING,
        "Its publisher hands it out only with a token, as to those who bought it, which Satchel "
        "does not have.",
        NeedsTokenError(
            f"{name} is handed out only with a token, as to those who bought it, which Satchel "
            f"does not have: {error.message}",
            "Leave it out, or install it where there is internet.",
        ),
    )


def unbound(name: str, collection: str) -> Refusal:
    why = (
        f"It was published before its repository had the collection ID {collection}, so "
        "computers that look at that refuse it from a drive."
    )
    error = UnboundCommitError(
        f"{name} was published before its repository had the collection ID {collection}: its "
        "commit belongs to no collection, and computers that look at that refuse it from a drive.",
        "Leave it out until its publisher has made a new version of it.",
    )
    return Refusal(Code.RELATED_MISSING, why, error)


def bound_elsewhere(name: str, collection: str, bound: str) -> Refusal:
    """``bound``: the collection that its commit names."""
    why = (
        f"It was published for the collection {bound[:100]}, and its repository is now "
        f"{collection}."
    )
    error = UnboundCommitError(
        f"{name} was published for the collection {bound[:100]}, but its repository is "
        f"{collection}: either its publisher has changed that, or somebody hands out what is "
        "another's.",
        "Leave it out until its publisher has made a new version of it.",
    )
    return Refusal(Code.RELATED_MISSING, why, error, final=True)
