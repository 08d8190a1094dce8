"""What will be asked for next: who wants a commit wants its tree.

Of a language pack only what somebody asks for comes, with all below it: nobody wants every
language.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from app.ostree.objects import FILE_KEY, ObjectKind, ObjectName

_MOST = 300_000
"""Objects that are remembered; beyond that it begins anew."""

_WHOLE = 0
_TOP, _FILES = 2, 1
"""Of a language pack: its root, in which there is ``files``, in which there are languages."""

_PARTIAL = (".Locale",)


class Trees:
    """Not thread-safe. Objects are `ObjectName.key`."""

    def __init__(self, ref_of: Callable[[str], str | None]) -> None:
        """``ref_of``: the ref that a commit is listed for; of what is not nothing comes by itself.

        What it is about is signed; so all below a listed commit is meant, however much it is.
        """
        self._ref_of = ref_of
        self._whole: dict[str, str] = {}
        self._refs: dict[bytes, str] = {}
        self._below: dict[bytes, int] = {}
        self._trees: deque[bytes] = deque()
        self._others: deque[bytes] = deque()

    def __len__(self) -> int:
        return len(self._trees) + len(self._others)

    def want_all(self, commit: str, ref: str) -> None:
        """All of a commit is to come, every language of it, too. Any thread may say so."""
        self._whole[commit] = ref

    def is_whole(self, name: ObjectName) -> bool:
        """Whether it is a commit of which all is to come."""
        return name.kind is ObjectKind.COMMIT and name.checksum in self._whole

    def ref(self, name: ObjectName) -> str:
        """The ref that an object is wanted for; empty where nobody can tell."""
        if name.kind in {ObjectKind.COMMIT, ObjectKind.COMMITMETA}:
            return self._ref_of(name.checksum) or ""
        return self._refs.get(name.key, "")

    def next(self) -> bytes | None:
        """An object that somebody will ask for; trees come first, as they tell of others."""
        if self._trees:
            return self._trees.popleft()
        return self._others.popleft() if self._others else None

    def clear(self) -> None:
        """Nothing comes by itself any more."""
        self._trees.clear()
        self._others.clear()
        self._refs.clear()
        self._below.clear()

    def there(self, name: ObjectName, children: Iterable[ObjectName], *, asked: bool) -> None:
        """An object is there; ``asked``: somebody wanted it, and it did not come by itself."""
        if name.kind is ObjectKind.COMMIT:
            self._begin(name, children)
        elif name.kind is ObjectKind.DIRTREE:
            depth = self._below.get(name.key, _WHOLE if asked else None)
            if depth is not None:
                self._follow(self._refs.get(name.key, ""), children, depth)

    def _begin(self, name: ObjectName, children: Iterable[ObjectName]) -> None:
        ref = self._whole.get(name.checksum) or self._ref_of(name.checksum)
        if ref is None:
            return
        if len(self._refs) > _MOST:
            self.clear()
        parts = ref.split("/")
        partial = len(parts) == 4 and parts[1].endswith(_PARTIAL)
        partial = partial and name.checksum not in self._whole
        for child in children:
            if child.kind is ObjectKind.DIRTREE:
                self._below[child.key] = _TOP if partial else _WHOLE
            self._add(child.key, ref)

    def _follow(self, ref: str, children: Iterable[ObjectName], depth: int) -> None:
        for child in children:
            if depth == _WHOLE and child.kind is ObjectKind.DIRTREE:
                self._below[child.key] = _WHOLE
            elif depth == _TOP and child.kind is ObjectKind.DIRTREE:
                self._below.setdefault(child.key, _FILES)
            if depth == _FILES:
                self._refs.setdefault(child.key, ref)
            elif child.key not in self._refs:
                self._add(child.key, ref)

    def _add(self, key: bytes, ref: str) -> None:
        self._refs[key] = ref
        if key[0] == FILE_KEY:
            self._others.append(key)
        else:
            self._trees.append(key)
