"""The ``.flatpakrepo`` files of a stick, from which clients take address, collection and key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.flatpak.remotes.flatpakrepo import RemoteFileError, RepoFile
from app.formats.keyfile import Keyfile, KeyfileError
from app.message import NOTHING, Message
from app.ostree.names import origin_remote
from app.remedy import Remedy
from app.stick.findings import Code, Finding, finding

CAREFUL = Remedy.DO_NOT_ADD
_DIFFERENCES = {
    "Url": Message("it leads to another address"),
    "GPGKey": Message("it has another key"),
    "CollectionID": Message("it names another collection"),
    "DeployCollectionID": Message("it names another collection"),
    "DeploySideloadCollectionID": Message("it names another collection"),
}
"""In words that complete "is not the one that belongs to this drive:"."""
_LENIENT = frozenset({"Title", "Comment", "Description", "Homepage", "Icon", "GPGKey"})
"""Where white space at the end says nothing; flatpak takes the rest to the letter."""


def judge_key_files(
    collection: str, files: Mapping[str, bytes | None], told: str | None = None
) -> Iterator[Finding]:
    """The file beside a copied upstream summary: one, for this collection, and nothing strange in
    it. Its keys are judged elsewhere (`app.stick.checking.keys`), and that the kit hands out the
    same.

    ``files``: name → content of all there are, None for what cannot be read. ``told``: what people
    call the collection.
    """
    told = collection if told is None else told
    if not files:
        message = Message(
            "The copied upstream summary of {collection} lacks its .flatpakrepo.",
            collection=told,
        )
        yield finding(Code.KIT_MISSING, collection, message, hint=Remedy.REPAIR)
        return
    name, *more = sorted(files)
    if more:
        message = Message(
            "Beside the copied upstream summary of {collection} is more than one .flatpakrepo.",
            collection=told,
        )
        yield finding(Code.KIT_ALTERED, collection, message, hint=CAREFUL)
    problem = file_problem(collection, name, files[name])
    if problem:
        message = Message(
            "{name} of {collection} is not as Satchel wrote it: {problem}.",
            name=name,
            collection=told,
            problem=problem,
        )
        yield finding(Code.KIT_ALTERED, collection, message, hint=CAREFUL)


def file_problem(collection: str, name: str, data: bytes | None) -> Message:
    """What is wrong with a file, but for its keys; `NOTHING` if nothing is."""
    if data is None:
        return Message("it cannot be read")
    try:
        parsed = RepoFile.parse(data, name)
    except RemoteFileError as error:
        return error.message
    different = difference(data, parsed.dump())
    if different:
        return different
    expected = collection if origin_remote(collection) is None else None
    if parsed.collection_id != expected:
        wrong = parsed.collection_id
        return (
            Message("it is for {other}", other=wrong)
            if wrong
            else Message("it is for no collection")
        )
    return NOTHING


def difference(data: bytes, wanted: bytes) -> Message:
    """What ``data`` says otherwise than ``wanted``, a file of Satchel's; `NOTHING` if nothing."""
    try:
        there, expected = _fields(data), _fields(wanted)
    except KeyfileError as error:
        return Message("it is no .flatpakrepo file ({error})", error=error)
    for name in sorted(there.keys() | expected.keys()):
        if there.get(name) != expected.get(name):
            group, key = name
            return _DIFFERENCES.get(
                key, Message("it says otherwise about {key} in [{group}]", key=key, group=group)
            )
    return NOTHING


def _fields(data: bytes) -> dict[tuple[str, str], str]:
    """(group, key) → value of all that a file says. Raises KeyfileError."""
    keyfile = Keyfile.parse(data)
    fields = {
        (group, key): keyfile.string(group, key) or ""
        for group in keyfile.groups
        for key in keyfile.keys(group)
    }
    return {
        (group, key): value.strip() if key in _LENIENT else value
        for (group, key), value in fields.items()
    }
