"""What an operating system needs beside a stick to install from it: files to lay into its tree.

Where flatpak looks: remotes below ``/etc/flatpak/remotes.d`` (since 1.4; below ``/usr/share`` only
since 1.16), what belongs to the system below ``/usr/share/flatpak/preinstall.d`` (since 1.17), and
repositories by links in ``sideload-repos`` (to the repository itself: a mount point only since
1.13.3). The unit is for every flatpak: it runs the stick's own installer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from app.flatpak.refs import Ref
from app.fs.files import DIRECTORY_MODE
from app.ostree.names import origin_remote
from app.resources import resource
from app.stick.kit.contents import CONTENTS, INSTALLER, KitContents
from app.stick.kit.gathering import kit_contents
from app.stick.kit.rendering import key_file_names
from app.stick.store.location import DEFAULT_REPO, KIT_FOLDER, find_stick, open_repository
from app.stick.store.stick_state import read_stick

UNIT = "satchel-first-boot.service"
FIRST_BOOT = "usr/lib/satchel-media/first-boot.sh"
KICKSTART = "usr/share/satchel-media/satchel.ks"
PREINSTALL = "usr/share/flatpak/preinstall.d/satchel.preinstall"
REMOTES = "etc/flatpak/remotes.d"
SIDELOAD = "var/lib/flatpak/sideload-repos/satchel"

_WANTS = f"etc/systemd/system/multi-user.target.wants/{UNIT}"
_LINKS = {
    SIDELOAD: f"../../../../{DEFAULT_REPO}",
    _WANTS: f"/usr/lib/systemd/system/{UNIT}",
}
_PLAIN = {
    f"usr/lib/systemd/system/{UNIT}": UNIT,
    "usr/lib/systemd/system-preset/80-satchel-media.preset": "80-satchel-media.preset",
}


class SystemFiles(Struct, frozen=True):
    """What belongs to the system's own tree.

    Attributes:
        files: path → bytes.
        links: path → where it leads.
    """

    files: Mapping[str, bytes]
    links: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted((*self.files, *self.links)))

    def write(self, tree: Path) -> None:
        """Lay them out. Raises OSError."""
        for path in self.names:
            file = tree / path
            file.parent.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
            file.unlink(missing_ok=True)
            if path in self.links:
                file.symlink_to(self.links[path])
            else:
                file.write_bytes(self.files[path])
                if path == FIRST_BOOT:
                    file.chmod(0o755)


def system_files(tree: Path, *, allow_unsigned: bool) -> SystemFiles:
    """For a stick in ``tree``; ``allow_unsigned``: what nobody vouches for is installed as well.

    Raises SatchelError, OSError.
    """
    location = find_stick(tree)
    contents = kit_contents(read_stick(location, open_repository(location)), {})
    names = key_file_names(contents.collections)
    gaps = {
        "@FILES@": "\n".join(
            f"{_digest(tree / KIT_FOLDER / name)} {name}"
            for name in (CONTENTS, INSTALLER, *sorted(names.values()))
        ),
        "@OPTIONS@": " --allow-unsigned" if allow_unsigned else "",
    }
    files = {path: resource("media", name).read_bytes() for path, name in _PLAIN.items()}
    files[FIRST_BOOT] = _filled("first-boot.sh", gaps)
    files[KICKSTART] = _filled("satchel.ks", gaps)
    files |= {f"{REMOTES}/{names[each.id]}": each.flatpakrepo for each in contents.collections}
    preinstall = "\n".join(_preinstall(contents))
    if preinstall:
        files[PREINSTALL] = preinstall.encode()
    return SystemFiles(files, _LINKS)


def _digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


def _filled(name: str, gaps: Mapping[str, str]) -> bytes:
    text = resource("media", name).read_text("utf-8")
    for gap, value in gaps.items():
        text = text.replace(gap, value)
    return text.encode()


def _preinstall(contents: KitContents) -> Iterator[str]:
    """What was chosen, as ``flatpak preinstall`` reads it: it knows an ID once, and takes it for
    its own architecture. What has no collection ID it would look for on the network."""
    seen = set()
    for each in contents.refs:
        ref = Ref.parse(each.ref)
        if not each.chosen or ref.id in seen or origin_remote(each.collection) is not None:
            continue
        seen.add(ref.id)
        yield f"[Flatpak Preinstall {ref.id}]"
        if ref.kind == "runtime":
            yield "IsRuntime=true"
        yield f"Branch={ref.branch}"
        yield f"CollectionID={each.collection}"
        yield ""
