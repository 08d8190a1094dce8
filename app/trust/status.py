"""What gpg reports about signatures, read as gpgme reads it (GnuPG's doc/DETAILS)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from app.trust.verdict import Verdict

Status = list[tuple[str, str]]
"""Keyword and arguments of each line."""

_KINDS = {
    "GOODSIG": Verdict.GOOD,
    "EXPSIG": Verdict.EXPIRED_SIGNATURE,
    "EXPKEYSIG": Verdict.EXPIRED_KEY,
    "REVKEYSIG": Verdict.REVOKED,
    "BADSIG": Verdict.BAD,
    "ERRSIG": Verdict.BAD,
}

_ERRSIG_NO_PUBKEY = "9"
"""gpg's reason code in ERRSIG for a missing key."""


class Signature(Struct):
    """What gpg reported about one signature."""

    verdict: Verdict | None = None
    key_id: str = ""
    valid: list[str] = field(default_factory=list)
    spoiled: bool = False


def read_status(status: list[tuple[str, str]]) -> tuple[list[Signature], bool]:
    """One entry a signature, and whether gpg failed as a whole, read as gpgme does, which is how
    libostree sees it. Text from signatures (user IDs, notations) is never looked at."""
    signatures: list[Signature] = []
    failed = False
    for keyword, arguments in status:
        fields = arguments.split(" ")
        if keyword == "NEWSIG":
            signatures.append(Signature())
        elif keyword in _KINDS:
            if not signatures or signatures[-1].verdict is not None:
                signatures.append(Signature())
            signatures[-1].verdict = _KINDS[keyword]
            signatures[-1].key_id = fields[0]
            if keyword == "ERRSIG" and len(fields) > 5 and fields[5] == _ERRSIG_NO_PUBKEY:
                signatures[-1].verdict = Verdict.UNKNOWN_KEY
        elif keyword == "VALIDSIG" and signatures:
            signatures[-1].valid = fields
        elif keyword in ("NODATA", "UNEXPECTED", "ERROR", "PLAINTEXT", "BADARMOR"):
            failed = failed or not signatures or keyword == "PLAINTEXT"
            if signatures:
                signatures[-1].spoiled = True
        elif keyword == "FAILURE" and fields[0] != "gpg-exit":
            # "gpg-exit" only repeats the exit status, which one bad signature suffices for.
            failed = True
    return signatures, failed


def by_file(status: Iterable[tuple[str, str]]) -> Iterator[tuple[str, Status, bool]]:
    """What ``--verify-files`` said about each file: its name, the lines, whether it came to an end.

    In batch mode, as libostree has it through gpgme, gpg leaves at the first signature that fails
    the arithmetic; here others are to be judged after it. So what comes after a BADSIG about the
    same file is dropped.
    """
    name: str | None = None
    lines: Status = []
    bad = False
    for keyword, arguments in status:
        if keyword == "FILE_START":
            if name is not None:
                yield name, lines, False
            name, lines, bad = arguments.partition(" ")[2], [], False
        elif keyword == "FILE_DONE" and name is not None:
            yield name, lines, True
            name = None
        elif name is not None and not bad:
            lines.append((keyword, arguments))
            bad = keyword == "BADSIG"
    if name is not None:
        yield name, lines, False


def seconds(field: str) -> int | None:
    """Unix seconds; gpg writes an empty field or 0 for never."""
    return int(field) or None if field.isascii() and field.isdigit() else None
