"""Random harm to a stick: what file systems, people and programs do to files."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.stick.damage import HELLO, Stick
from tests.upstream import COLLECTION

ADD_REF = "add a ref"

_MOST = 3
_OBJECTS = 0.1
"""Of the objects, of which there are more than of all else."""

# Not another mode or version: that is somebody's repository, and not to be repaired.
_SETTINGS = (
    "collection-id=org.other.X",
    "parent=/nowhere",
    "tombstone-commits=true",
    "min-free-space-percent=99",
    "fsync=true",
    "default-repo-finders=config",
    "unlock",
    '[remote "up"]\nurl=http://127.0.0.1:9/\ngpg-verify=false',
)
_ENDINGS = ("~", ".bak", " (1)", ".sig")
_MODES = (0, 0o111, 0o400, 0o444, 0o555, 0o600, 0o700, 0o777, 0o2755, 0o4755)


def harm(stick: Stick, rng: random.Random, but: str = "") -> list[str]:
    """Up to three random harms, none of them ``but``; what they were. The repository itself stays a
    directory."""
    kept = {stick.root / ".ostree", stick.repo}
    places = [
        path
        for path in sorted(stick.root.rglob("*"))
        if path not in kept and (path.parent.parent.name != "objects" or rng.random() < _OBJECTS)
    ]
    done = []
    for path in rng.sample(places, rng.randint(1, _MOST)):
        name = rng.choice([name for name in _HARMS if name != but])
        try:
            _HARMS[name](stick, path, rng)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            continue  # It went with another one, or is of a kind to which this does not happen.
        done.append(f"{name} {path.relative_to(stick.root)}")
    return done


def _flip(_stick: Stick, path: Path, rng: random.Random) -> None:
    data = bytearray(path.read_bytes())
    if data:
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    path.write_bytes(data)


def _cut(_stick: Stick, path: Path, rng: random.Random) -> None:
    os.truncate(path, rng.randint(0, path.stat().st_size))


def _empty(_stick: Stick, path: Path, _rng: random.Random) -> None:
    path.write_bytes(b"")


def _append(_stick: Stick, path: Path, _rng: random.Random) -> None:
    path.write_bytes(path.read_bytes() + b"junk")


def _exchange(stick: Stick, path: Path, rng: random.Random) -> None:
    other = _any_file(stick, rng)
    first, second = path.read_bytes(), other.read_bytes()
    path.write_bytes(second)
    other.write_bytes(first)


def _write_over(stick: Stick, path: Path, rng: random.Random) -> None:
    path.write_bytes(_any_file(stick, rng).read_bytes())


def _remove(_stick: Stick, path: Path, _rng: random.Random) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _replace_by(make: Callable[[Path], None]) -> Callable[[Stick, Path, random.Random], None]:
    def replace(stick: Stick, path: Path, rng: random.Random) -> None:
        _remove(stick, path, rng)
        make(path)

    return replace


def _rename(_stick: Stick, path: Path, rng: random.Random) -> None:
    path.rename(path.with_name(rng.choice((path.name.swapcase(), path.name + _ENDINGS[0]))))


def _copy_beside(_stick: Stick, path: Path, rng: random.Random) -> None:
    shutil.copyfile(path, path.with_name(path.name + rng.choice(_ENDINGS)))


def _change_mode(_stick: Stick, path: Path, rng: random.Random) -> None:
    path.chmod(rng.choice(_MODES))


def _add_ref(stick: Stick, _path: Path, rng: random.Random) -> None:
    commits = sorted((stick.repo / "objects").glob("*/*.commit"))
    commit = rng.choice(commits)
    where = rng.choice(
        ("heads", f"mirrors/{COLLECTION}", "mirrors/org.other.X", "remotes/up", "remotes/x")
    )
    name = rng.choice((HELLO, HELLO + "x", "ostree-metadata"))
    ref = stick.repo / "refs" / where / name
    ref.parent.mkdir(parents=True, exist_ok=True)
    ref.write_text(f"{commit.parent.name}{commit.stem}\n")


def _respell_ref(stick: Stick, _path: Path, rng: random.Random) -> None:
    ref = rng.choice(sorted(path for path in (stick.repo / "refs").rglob("*") if path.is_file()))
    data = ref.read_bytes()
    spellings = data.strip(), b" " + data, data.upper(), data.strip() + b"\r\n"
    ref.write_bytes(rng.choice(spellings))


def _set(stick: Stick, _path: Path, rng: random.Random) -> None:
    config = stick.repo / "config"
    config.write_text(f"{config.read_text()}{rng.choice(_SETTINGS)}\n")


def _drop_empty_directories(stick: Stick, _path: Path, _rng: random.Random) -> None:
    """As programs do that copy files only."""
    for directory, _, _ in os.walk(stick.root, topdown=False):
        if not os.listdir(directory):
            os.rmdir(directory)


def _any_file(stick: Stick, rng: random.Random) -> Path:
    files = (path for path in stick.root.rglob("*") if path.is_file() and not path.is_symlink())
    return rng.choice(sorted(files))


_HARMS: dict[str, Callable[[Stick, Path, random.Random], None]] = {
    "flip a bit of": _flip,
    "cut": _cut,
    "empty": _empty,
    "append to": _append,
    "exchange": _exchange,
    "write over": _write_over,
    "remove": _remove,
    "a directory for": _replace_by(Path.mkdir),
    "a file for": _replace_by(Path.touch),
    "a pipe for": _replace_by(os.mkfifo),
    "a link for": _replace_by(lambda path: path.symlink_to("..")),
    "rename": _rename,
    "copy beside": _copy_beside,
    "change the mode of": _change_mode,
    ADD_REF: _add_ref,
    "respell a ref": _respell_ref,
    "set": _set,
    "drop empty directories": _drop_empty_directories,
}
