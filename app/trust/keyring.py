"""The keys one remote is trusted by, and what they say about signed data. Why: decision D17."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from app.beside import each_beside
from app.closing import Closing
from app.errors import TrustError
from app.message import Message
from app.trust import gpg, packets
from app.trust.remembered import Remembered, digest
from app.trust.status import Signature, Status, by_file, read_status, seconds
from app.trust.verdict import Judgement, Verdict

MAX_SIGNATURES = 1 << 20
"""Bytes of signatures for one piece of data. A signature is some hundred bytes."""

MAX_KEYS = 4 << 20
"""Bytes of one blob of keys. Flathub's key is 1.6 kB."""

WORKERS = 4
"""Processes that are asked at a time."""

_BATCH = 256
_BATCH_BYTES = 32 << 20
_SMALL_BATCH = 16
"""Pieces of data, and bytes of them, that one process is asked about; less is not worth one."""

_OPTIONS = [
    # Reads no configuration, asks nobody, starts nothing, fetches nothing.
    "--no-options",
    "--no-permission-warning",
    "--no-autostart",
    "--disable-dirmngr",
    "--no-auto-key-retrieve",
    "--no-auto-key-locate",
    "--no-auto-check-trustdb",
    # To be in this keyring is to be trusted; there is no web of trust to consult.
    "--trust-model",
    "always",
    # Only this process uses the home, and only `_start` writes.
    "--lock-never",
    "--no-random-seed-file",
    "--quiet",
]

# Of subkeys the fingerprints as well.
_LIST = ("--fixed-list-mode", "--with-colons", "--fingerprint", "--fingerprint", "--list-keys")

# What tells most comes first: those that prove who signed, then the claim of a known key, then
# what anybody can make.
_TELLING = (
    Verdict.GOOD,
    Verdict.REVOKED,
    Verdict.EXPIRED_KEY,
    Verdict.EXPIRED_SIGNATURE,
    Verdict.BAD,
    Verdict.UNKNOWN_KEY,
)


class BadKeyError(TrustError):
    """What was given as a public key is none, or is not usable as one."""

    hint_export = Message(
        "Get the public key again from where the remote publishes it (gpg --export makes one)."
    )


class Key(Struct, frozen=True):
    """A public key of the keyring.

    Attributes:
        expires: unix seconds, None if never.
        expired, revoked: as of when gpg read the keyring.
    """

    fingerprint: str
    user_id: str
    expires: int | None
    expired: bool
    revoked: bool


_Signers = dict[str, tuple[Key, int | None]]
"""By fingerprint of what may sign: its key, and when it expires."""

_listed: Remembered[tuple[tuple[Key, ...], _Signers]] = Remembered()
_good: Remembered[Judgement] = Remembered()


class Keyring(Closing):
    """Public keys in a gpg home of their own, out of reach of the user's.

    The home is a private temporary directory. gpg starts with the first question that it has not
    answered before in this process, without agent, dirmngr or network, and with an environment of
    our own. May be used from several threads.

    Raises `BadKeyError` from the constructor for what is not a public key by its structure, and
    from the first question for what gpg does not take.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._blobs = [_public_packets(blob) for blob in keys]
        self._lock = threading.Lock()
        self._scratch: gpg.ScratchDirectory | None = None
        self._keys: tuple[Key, ...] = ()
        self._signers: _Signers = {}
        self._closed = False
        self._name = digest(self._blobs)

    def close(self) -> None:
        """Remove the home. Questions afterwards are a bug."""
        with self._lock:
            self._closed = True
            if self._scratch is not None:
                self._scratch.close()

    @property
    def keys(self) -> tuple[Key, ...]:
        listed = _listed.get(self._name)
        if listed is not None:
            return listed[0]
        self._start()
        return self._keys

    def verify(self, data: bytes, signatures: Sequence[bytes]) -> Judgement:
        """Judge ``data`` by detached signatures, as ``ostree.gpgsigs`` holds them.

        `GOOD` is only what libostree accepts too. libostree hands all signatures of an object to
        gpg at once and wants one of them valid (ostree-gpg-verify-result.c); valid is what gpg
        calls GOODSIG. A signature by a key that is *now* expired is EXPKEYSIG, to gpgme neither
        valid nor green, so libostree rejects it even if it was made while the key was valid: a
        stick made today stops installing when the upstream's key expires, unless the client has
        the prolonged key. Expired signatures and revoked keys are rejected likewise. gpg stops at
        the first signature that fails the arithmetic (BADSIG in batch mode), so a bad one in front
        of a good one spoils it, here as there; one by an unknown key does not.

        Stricter than libostree: the signatures may hold complete signature packets only, in binary,
        no more than `MAX_SIGNATURES` bytes of them.
        """
        return self.verify_many([(data, signatures)])[0]

    def verify_many(self, items: Iterable[tuple[bytes, Sequence[bytes]]]) -> list[Judgement]:
        """`verify` for each item, in order; many are judged by one gpg process."""
        judged: list[Judgement] = []
        questions: list[_Question] = []
        names: dict[int, bytes] = {}
        asked = time.time()
        for number, (data, signatures) in enumerate(items):
            untrusted_signatures = b"".join(signatures)
            known = _without_gpg(untrusted_signatures)
            if known is None:
                names[number] = digest((self._name, data, untrusted_signatures))
                known = _good.get(names[number])
            judged.append(known or Judgement(Verdict.BAD))
            if known is None:
                questions.append(_Question(number, data, untrusted_signatures))
        batches = list(_batches(questions))
        if len(batches) > 1:
            self._start()
        for answer in each_beside(self._ask, batches, WORKERS):
            for number, judgement in answer.items():
                judged[number] = judgement
                if judgement.good:
                    _good.note(names[number], judgement, asked, judgement.until)
        return judged

    def export(self) -> bytes:
        """All its keys, each once, without what strangers to this keyring have signed on them."""
        return self._output("--export-options", "export-clean", "--export")

    def signatures(self) -> list[list[str]]:
        """Colon records (GnuPG's doc/DETAILS) of all keys and the signatures on them, verified."""
        return gpg.parse_colons(self._output("--with-colons", "--check-sigs"))

    def _output(self, *command: str) -> bytes:
        scratch = self._start()
        return gpg.output(os.path.join(scratch.path, "home"), _OPTIONS, *command)

    def _start(self) -> gpg.ScratchDirectory:
        with self._lock:
            if self._closed:
                raise RuntimeError("the keyring is closed")
            if self._scratch is None:
                scratch = gpg.ScratchDirectory()
                home = os.path.join(scratch.path, "home")
                Path(home).mkdir(0o700)
                try:
                    if self._blobs:
                        gpg.output(home, _OPTIONS, "--import", given=b"".join(self._blobs))
                    self._list(home)
                except BaseException:
                    scratch.close()
                    raise
                self._scratch = scratch
            return self._scratch

    def _require_all(self) -> None:
        """Whatever was given must have brought a key."""
        known = {key.fingerprint for key in self._keys}
        for blob in self._blobs:
            if known.isdisjoint(key.fingerprint for key in packets.public_keys(blob)):
                raise BadKeyError(
                    Message("gpg does not accept the public key."), BadKeyError.hint_export
                )

    def _list(self, home: str) -> None:
        """Learn the fingerprints: gpg's word on a signature counts only for these."""
        asked = time.time()
        records = gpg.parse_colons(gpg.output(home, _OPTIONS, *_LIST))
        keys: list[list[list[str]]] = []
        for record in records:
            if record[0] == "pub":
                keys.append([])
            if keys:
                keys[-1].append(record)
        read = [_read_key(records) for records in keys]
        self._keys = tuple(key for key, _ in read)
        self._signers = {
            fingerprint: (key, expires)
            for key, signers in read
            for fingerprint, expires in signers.items()
        }
        self._require_all()
        ends = (expires for _, expires in self._signers.values() if expires is not None)
        until = min((end for end in ends if end > asked), default=None)
        _listed.note(self._name, (self._keys, self._signers), asked, until)

    def _ask(self, questions: Sequence[_Question]) -> dict[int, Judgement]:
        """By the questions' numbers. What makes gpg give up is no good, and does no harm to
        others."""
        judgements: dict[int, Judgement] = {}
        rest = list(questions)
        while rest:
            answers = self._ask_once(rest)
            if not answers:
                answers = {question.number: Judgement(Verdict.BAD) for question in rest}
            judgements |= answers
            rest = [question for question in rest if question.number not in answers]
        return judgements

    def _ask_once(self, questions: Sequence[_Question]) -> dict[int, Judgement]:
        """What one gpg process comes to say."""
        scratch = self._start()
        names: dict[str, int] = {}
        try:
            for question in questions:
                # gpg finds the data by the signature's name: it is not part of a signed message.
                path = scratch.new_name()
                names[f"{path}.sig"] = question.number
                _write(path, question.data)
                _write(f"{path}.sig", question.untrusted_signatures)
            status = gpg.verify_files(scratch, os.path.join(scratch.path, "home"), _OPTIONS, names)
        finally:
            for name in names:
                gpg.remove(name)
                gpg.remove(name.removesuffix(".sig"))
        return {
            names[name]: self._judge(lines, failed=not finished)
            for name, lines, finished in by_file(status)
            if name in names
        }

    def _judge(self, status: Status, *, failed: bool = False) -> Judgement:
        signatures, failed_as_a_whole = read_status(status)
        judgements = [self._judge_one(signature) for signature in signatures]
        if failed or failed_as_a_whole or not judgements:
            bad = [judgement for judgement in judgements if not judgement.good]
            judgements = bad or [Judgement(Verdict.BAD)]
        # Of several good ones that which lasts longest: one is enough.
        return min(judgements, key=lambda each: (_TELLING.index(each.verdict), -each.lasts))

    def _judge_one(self, signature: Signature) -> Judgement:
        verdict = signature.verdict or Verdict.BAD
        if signature.spoiled or verdict in (Verdict.BAD, Verdict.UNKNOWN_KEY):
            known = None if verdict is Verdict.UNKNOWN_KEY else self._by_key_id(signature.key_id)
            if signature.spoiled:
                verdict = Verdict.BAD
            if known is None:
                return Judgement(verdict, key_id=signature.key_id)
            key, expires = known
            return Judgement(verdict, key.fingerprint, signature.key_id, key.user_id, None, expires)
        # VALIDSIG: fingerprint, date, time, expiry, version, reserved, algorithm, digest, class,
        # fingerprint of the primary key.
        valid = signature.valid
        if len(valid) < 10 or valid[8] not in ("00", "01"):
            return Judgement(Verdict.BAD, key_id=signature.key_id)
        signer = self._signers.get(valid[0])
        if signer is None or signer[0].fingerprint != valid[9]:
            return Judgement(Verdict.UNKNOWN_KEY, key_id=signature.key_id)
        key, expires = signer
        ends = [end for end in (expires, seconds(valid[3])) if end is not None]
        return Judgement(
            verdict,
            key.fingerprint,
            valid[0][-16:],
            key.user_id,
            seconds(valid[2]),
            expires,
            min(ends, default=None) if verdict is Verdict.GOOD else None,
        )

    def _by_key_id(self, key_id: str) -> tuple[Key, int | None] | None:
        """The key a signature claims. Only to have a name for it: key IDs can be forged."""
        if not key_id:
            return None
        return next((s for f, s in self._signers.items() if f.endswith(key_id)), None)


class _Question(Struct, frozen=True):
    """Data and signature packets, to be judged under a number."""

    number: int
    data: bytes
    untrusted_signatures: bytes


def _without_gpg(untrusted_signatures: bytes) -> Judgement | None:
    """The verdict on what gpg does not get to see at all."""
    if not untrusted_signatures:
        return Judgement(Verdict.UNSIGNED)
    if len(untrusted_signatures) > MAX_SIGNATURES:
        return Judgement(Verdict.BAD)
    try:
        tags = packets.tags(untrusted_signatures)
    except packets.MalformedPacketsError:
        return Judgement(Verdict.BAD)
    if any(tag != packets.SIGNATURE for tag in tags):
        return Judgement(Verdict.BAD)
    return None


def _batches(questions: Sequence[_Question]) -> Iterator[Sequence[_Question]]:
    most = min(_BATCH, max(_SMALL_BATCH, -(-len(questions) // WORKERS)))
    batch: list[_Question] = []
    size = 0
    for question in questions:
        if batch and (len(batch) == most or size + len(question.data) > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(question)
        size += len(question.data) + len(question.untrusted_signatures)
    if batch:
        yield batch


def _write(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)


def _public_packets(blob: bytes) -> bytes:
    """Binary packets of public keys, nothing else."""
    if len(blob) > MAX_KEYS:
        raise BadKeyError(
            Message("The public key is larger than {limit} MiB.", limit=MAX_KEYS >> 20),
            BadKeyError.hint_export,
        )
    try:
        binary = packets.dearmour(blob)
        tags = packets.tags(binary)
    except packets.MalformedPacketsError as error:
        raise BadKeyError(
            Message("This is not an OpenPGP public key: {error}.", error=error),
            BadKeyError.hint_export,
        ) from error
    if packets.SECRET_KEY in tags or packets.SECRET_SUBKEY in tags:
        raise BadKeyError(
            Message("This is a secret key, which only its owner should have."),
            Message(
                "Give the public key instead (gpg --export), and keep the secret one to yourself."
            ),
        )
    if tags[:1] != [packets.PUBLIC_KEY] or not packets.KEY_PACKETS.issuperset(tags):
        raise BadKeyError(
            Message("This is OpenPGP data, but not a public key."), BadKeyError.hint_export
        )
    return binary


def _read_key(records: list[list[str]]) -> tuple[Key, dict[str, int | None]]:
    """A key from its colon records (GnuPG's doc/DETAILS), and when each fingerprint that may
    sign expires."""
    primary = records[0]
    expires = seconds(primary[6])
    signers: dict[str, int | None] = {}
    user_ids: dict[bool, list[str]] = {False: [], True: []}
    current: int | None = None
    for record in records:
        if record[0] in ("pub", "sub"):
            ends = [end for end in (expires, seconds(record[6])) if end is not None]
            current = min(ends, default=None)
        elif record[0] == "fpr":
            signers[record[9]] = current
        elif record[0] == "uid":
            user_ids[record[1] == "r"].append(gpg.printable(record[9]))
    # All user IDs of a revoked key count as revoked; it still needs a name.
    user_id = next(iter(user_ids[False] + user_ids[True]), "")
    key = Key(next(iter(signers)), user_id, expires, primary[1] == "e", primary[1] == "r")
    return key, signers
