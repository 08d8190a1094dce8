"""`.flatpakrepo` and `.flatpakref`: how people hand on a remote or one app of it.

Format: flatpak's ``flatpak_parse_repofile`` (``common/flatpak-repo-utils.c``) and
``parse_ref_file`` (``common/flatpak-dir.c``).
"""

from __future__ import annotations

import base64
import contextlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from msgspec import Struct

from app.credentials import public_address, without_secrets
from app.discreet import Discreet
from app.errors import UsageError
from app.flatpak.refs import Ref, RefError
from app.formats.keyfile import MAX_SIZE, Keyfile, KeyfileError, Value, dump
from app.fs.files import read_bounded
from app.message import NOTHING, Message, verbatim
from app.ostree.names import is_collection_id
from app.remedy import Hint
from app.text import Policy, clean
from app.trust.packets import MalformedPacketsError, dearmour

_REPO = "Flatpak Repo"
_REF = "Flatpak Ref"
_MISTAKEN = Message("It names an app: give it in the place of the app's name, as a .flatpakref.")
_POLICIES = {
    "Title": Policy.TITLE,
    "Comment": Policy.COMMENT,
    "Description": Policy.DESCRIPTION,
    "Homepage": Policy.ADDRESS,
    "Icon": Policy.ADDRESS,
    "DefaultBranch": Policy.NAME,
    "Subset": Policy.NAME,
    "SuggestRemoteName": Policy.NAME,
    "RuntimeRepo": Policy.ADDRESS,
}
_LONGEST_URL = 2000
_SMALLEST_KEY = 10  # flatpak's own limit, against rubbish


class RemoteFileError(UsageError):
    """A `.flatpakrepo` or `.flatpakref` that cannot be used."""

    def __init__(self, name: str | Message, problem: Message, hint: Hint = NOTHING) -> None:
        super().__init__(
            Message("{name} cannot be used: {problem}.", name=name, problem=problem),
            hint or Message("Download it again from the people who offer it."),
        )


class RepoFile(Discreet, Struct, frozen=True):
    """A remote as a `.flatpakrepo` describes it.

    Attributes:
        key: OpenPGP keys as the file carries them; empty: nothing from it can be verified.
        collection_id: from whichever of the three keys flatpak would take it from.
    """

    UNSHOWN = frozenset({"url"})

    url: str
    title: str = ""
    homepage: str = ""
    comment: str = ""
    description: str = ""
    icon: str = ""
    default_branch: str = ""
    subset: str = ""
    collection_id: str | None = None
    key: bytes = b""

    @classmethod
    def parse(cls, data: bytes, name: str, languages: Iterable[str] = ()) -> Self:
        """``name`` is what the errors call the file."""
        fields = _Fields(data, name, _REPO, ".flatpakrepo")
        languages = tuple(languages)
        return cls(
            url=fields.url(),
            title=fields.said("Title", languages),
            homepage=fields.said("Homepage"),
            comment=fields.said("Comment", languages),
            description=fields.said("Description", languages),
            icon=fields.said("Icon"),
            default_branch=fields.exact("DefaultBranch"),
            subset=fields.exact("Subset"),
            collection_id=fields.collection_id(),
            key=fields.key(),
        )

    @classmethod
    def read(cls, path: Path, languages: Iterable[str] = ()) -> Self:
        return cls.parse(read_file(path), str(path), languages)

    def dump(self, *, secrets: bool = False) -> bytes:
        """The bytes of a `.flatpakrepo` for any client since flatpak 1.0.6.

        Addresses in it are as others may have them; with ``secrets`` as they are, for their owner
        alone.
        Both keys for the collection are written: ``DeploySideloadCollectionID`` is what new
        clients want, ``DeployCollectionID`` what old ones know.
        """
        url = self.url if secrets else public_address(self.url)
        fields: dict[str, Value] = {"Version": "1", "Title": self.title, "Url": url}
        fields |= {
            "Homepage": self.homepage if secrets else public_address(self.homepage),
            "Comment": self.comment if secrets else without_secrets(self.comment),
            "Description": self.description if secrets else without_secrets(self.description),
            "Icon": self.icon if secrets else public_address(self.icon),
            "DefaultBranch": self.default_branch,
            "Subset": self.subset,
        }
        if self.collection_id:
            fields["DeploySideloadCollectionID"] = self.collection_id
            fields["DeployCollectionID"] = self.collection_id
        if self.key:
            fields["GPGKey"] = base64.b64encode(self.key).decode("ascii")
        return dump({_REPO: {key: value for key, value in fields.items() if value}})


class RefFile(Struct, frozen=True):
    """One app or runtime, and the remote it comes from, as a `.flatpakref` describes them.

    Attributes:
        repo: the remote; its title is not in the file (``title`` is the app's).
        runtime_repo: address of the `.flatpakrepo` that has the runtime; empty: the same remote.
    """

    kind_is_runtime: bool
    id: str
    branch: str
    title: str
    repo: RepoFile
    runtime_repo: str = ""
    suggested_name: str = ""

    @classmethod
    def parse(cls, data: bytes, name: str) -> Self:
        fields = _Fields(data, name, _REF, ".flatpakref")
        app = fields.text("Name")
        if not app:
            raise RemoteFileError(name, Message("it does not say which app it is for (no Name)"))
        file = cls(
            kind_is_runtime=fields.keyfile.boolean(_REF, "IsRuntime"),
            id=app,
            branch=fields.branch(),
            title=fields.said("Title"),
            repo=RepoFile(
                url=fields.url(),
                homepage=fields.said("Homepage"),
                subset=fields.said("Subset"),
                default_branch=fields.said("DefaultBranch"),
                collection_id=fields.collection_id(),
                key=fields.key(),
            ),
            runtime_repo=fields.said("RuntimeRepo"),
            suggested_name=fields.said("SuggestRemoteName"),
        )
        try:
            Ref.parse(str(file.ref("x86_64")))
        except RefError as error:
            raise RemoteFileError(name, error.message) from None
        return file

    @classmethod
    def read(cls, path: Path) -> Self:
        return cls.parse(read_file(path), str(path))

    def ref(self, arch: str) -> Ref:
        return Ref("runtime" if self.kind_is_runtime else "app", self.id, arch, self.branch)


def join_keys(keys: Iterable[bytes]) -> bytes:
    """Several OpenPGP key files as one.

    Binary key files can stand one after the other, armoured ones cannot: those are unwrapped. A
    single key file stays as it is.
    """
    parts = [key for key in keys if key]
    if len(parts) == 1:
        return parts[0]
    try:
        return b"".join(map(dearmour, parts))
    except MalformedPacketsError as error:
        raise RemoteFileError(
            Message("A key of the remote"), Message("it is {error}", error=error)
        ) from None


def read_file(path: Path) -> bytes:
    """A file of this computer, of the size that such files have. Raises `RemoteFileError`."""
    try:
        return read_bounded(path, MAX_SIZE)
    except OSError as error:
        raise RemoteFileError(
            str(path),
            verbatim(error.strerror) if error.strerror else Message("it cannot be read"),
            Message("Check the name of the file."),
        ) from error


class _Fields:
    """One group of a parsed file, with errors that name the file."""

    def __init__(self, data: bytes, name: str, group: str, what: str) -> None:
        self.name = name
        self.group = group
        try:
            self.keyfile = Keyfile.parse(data)
        except KeyfileError as error:
            raise RemoteFileError(
                name, Message("it is no {what} file ({error})", what=what, error=error)
            ) from None
        if group not in self.keyfile:
            hint = _MISTAKEN if _REF in self.keyfile else NOTHING
            raise RemoteFileError(
                name, Message("it is no {what} file (no [{group}])", what=what, group=group), hint
            )
        version = self.text("Version")
        if version not in (None, "1"):
            raise RemoteFileError(
                name,
                Message("it is made for a later version of flatpak"),
                Message("Ask its maker for one that says Version=1."),
            )

    def text(self, key: str, languages: Iterable[str] = ()) -> str | None:
        """The value as flatpak has it, white space behind it too.

        None where it cannot be read, such as a title in Latin-1: that is no value for flatpak.
        """
        for name in (*(f"{key}[{language}]" for language in languages), key):
            with contextlib.suppress(KeyfileError):
                if (value := self.keyfile.string(self.group, name)) is not None:
                    return value
        return None

    def said(self, key: str, languages: Iterable[str] = ()) -> str:
        """What people read, or what need not be exact: one line, no more than anybody reads."""
        return clean(self.text(key, languages) or "", _POLICIES[key])

    def exact(self, key: str) -> str:
        """What others are held against: white space at its end counts, as for flatpak."""
        text, said = self.text(key) or "", self.said(key)
        return text if text.strip() == said else said

    def url(self) -> str:
        url = self.text("Url")
        if not url:
            raise RemoteFileError(self.name, Message("it has no address (no Url)"))
        if len(url) > _LONGEST_URL:
            raise RemoteFileError(self.name, Message("its address is longer than any can be"))
        return url

    def branch(self) -> str:
        branch = self.text("Branch")
        if branch is None:
            return "master"
        if not branch:
            raise RemoteFileError(self.name, Message("it names a branch without a name (Branch=)"))
        return branch

    def key(self) -> bytes:
        if self.keyfile.raw(self.group, "GPGKey") is None:
            return b""
        # One that is empty is not for flatpak what none is: nobody meant to do without. Nor did
        # they with one that is no text, which flatpak passes over, and trusts anybody then.
        text = self.text("GPGKey") or ""
        # As lenient as GLib's decoder: what is no base64 is skipped, padding may be missing.
        clean = re.sub(r"[^A-Za-z0-9+/]", "", text)
        clean = clean[: len(clean) - (len(clean) % 4 == 1)]
        key = base64.b64decode(clean + "=" * (-len(clean) % 4))
        if len(key) < _SMALLEST_KEY:
            raise RemoteFileError(self.name, Message("its key (GPGKey) is not one"))
        return key

    def collection_id(self) -> str | None:
        names = ("DeploySideloadCollectionID", "DeployCollectionID", "CollectionID")
        collection = next(filter(None, map(self.text, names)), "")
        if not collection:
            return None
        if not is_collection_id(collection):
            raise RemoteFileError(self.name, Message("its collection ID is not a valid one"))
        return collection
