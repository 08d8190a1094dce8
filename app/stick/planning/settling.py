"""Of everything that was followed, what cannot be carried is taken out again.

With it goes everything that needs it, and everything that came along for nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from app.flatpak.eol_rebase import ReplacementError, replacements
from app.flatpak.refs import Ref
from app.progress import Notice
from app.stick.findings import Code
from app.stick.planning import refusal
from app.stick.planning.refusal import Refusal
from app.stick.planning.wanted import Key, Wanted
from app.stick.store.record import LeftOut


class Settled(Struct, frozen=True):
    """What is left, and what is not; the attributes are those of `Closure`."""

    wanted: dict[Key, Wanted]
    left_out: dict[Key, LeftOut]
    notices: list[Notice]


def settle(
    everything: Mapping[Key, Wanted],
    stick: Mapping[str, Mapping[str, str]],
    without: Mapping[Key, Sequence[Key]],
    *,
    strict: bool,
) -> Settled:
    """``everything`` that was followed; what is kept of it forgets who of the others asked for it.

    Args:
        stick: collection → ref → commit there.
        without: runtimes that were left out on purpose, with the apps that need them.
        strict: what was asked for is carried, or nothing is.

    Raises the error of a `Refusal` that ends the job.
    """
    return _Settling(everything, stick).settled(without, strict=strict)


class _Settling:
    def __init__(
        self, everything: Mapping[Key, Wanted], stick: Mapping[str, Mapping[str, str]]
    ) -> None:
        self._all = everything
        self._stick = stick
        self._refused = self._find_refused()

    def settled(self, without: Mapping[Key, Sequence[Key]], *, strict: bool) -> Settled:
        self._raise_final(strict=strict)
        kept = set(self._kept())
        wanted = {key: wanted for key, wanted in self._all.items() if key in kept}
        for carried in wanted.values():
            carried.asks = [ask for ask in carried.asks if ask[0] is None or ask[0] in kept]
        settled = Settled(wanted, {}, [])
        for key, why in self._refused.items():
            self._tell(key, why, settled)
        for key, apps in without.items():
            _tell_of_runtime(key, apps, settled)
        return settled

    def _on_stick(self, key: Key) -> bool:
        return self._all[key].is_on(self._stick)

    def _raise_final(self, *, strict: bool) -> None:
        refused = self._refused
        named = [wanted for wanted in self._all.values() if wanted.named]
        for wanted in named:
            if wanted.key in refused and refused[wanted.key].final:
                raise refused[wanted.key].error
        asked = named or [wanted for wanted in self._all.values() if wanted.wished]
        lacking = [refused[wanted.key] for wanted in asked if wanted.key in refused]
        nothing = all(wanted.key in refused and not self._on_stick(wanted.key) for wanted in asked)
        if lacking and (strict or nothing):
            raise refusal.all_of(lacking)

    def _find_refused(self) -> dict[Key, Refusal]:
        """What cannot be carried: by itself, or for lack of what it requires."""
        refused = {
            key: wanted.refusal for key, wanted in self._all.items() if wanted.refusal is not None
        }
        for key, wanted in self._all.items():
            if key not in refused and (why := self._replacement_problem(wanted)) is not None:
                refused[key] = why
        requires = {key: wanted.requires for key, wanted in self._all.items()}
        return refusal.spread(refused, requires, self._on_stick)

    def _replacement_problem(self, wanted: Wanted) -> Refusal | None:
        ref = wanted.entry.ref
        if ref is None or wanted.replaced_by is None:
            return None

        def said(renamed: Ref) -> str | None:
            return self._all[wanted.key[0], str(renamed)].replaced_by

        try:
            replacements(ref, said)
        except ReplacementError as error:
            return refusal.bad_replacement(wanted.entry.name, error)
        return None

    def _kept(self) -> Iterator[Key]:
        """What somebody asked for, or something that is kept itself."""
        todo = [
            key for key, wanted in self._all.items() if any(ask is None for ask, _ in wanted.asks)
        ]
        seen: set[Key] = set()
        while todo:
            key = todo.pop()
            if key in seen or key in self._refused:
                continue
            seen.add(key)
            todo += (*self._all[key].requires, *self._all[key].brings)
        yield from seen

    def _tell(self, key: Key, why: Refusal, settled: Settled) -> None:
        wanted = self._all[key]
        if self._on_stick(key):
            settled.notices.append(refusal.without_it(key[1], why, there=True))
        elif wanted.named or any(
            by is None or (by in settled.wanted and key in settled.wanted[by].brings)
            for by, _ in wanted.asks
        ):
            settled.left_out[key] = LeftOut(*key, why.code, why.why, chosen=wanted.named)
            settled.notices.append(refusal.without_it(key[1], why, there=False))


def _tell_of_runtime(key: Key, apps: Sequence[Key], settled: Settled) -> None:
    """``apps``: those that need it and were followed."""
    needed_by = tuple(app[1] for app in apps if app in settled.wanted)
    if not needed_by:
        return
    why_not = refusal.left_on_purpose(needed_by)
    settled.left_out[key] = LeftOut(*key, Code.RUNTIME_MISSING, why_not)
    settled.notices.append(refusal.without_runtime(key[1], needed_by))
