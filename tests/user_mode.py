"""A kernel of one's own, for file systems and devices that this computer's lacks.

It is user-mode Linux: a process, that sees this computer's files as they are (``hostfs``). It needs
no KVM (a whole computer without that is ten times as slow, and not every ``/dev/kvm`` can run a
kernel as it is published), knows no network, and runs on x86 only. It is Debian unstable's, with
the libraries that it needs: kernels before 6.13 crash on processors with AMX.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests import kept
from tests.debian import NEEDLESS, make_root
from tests.waiting import GUARD

_SUITE, _PACKAGES, _PROGRAM = "sid", ("user-mode-linux",), "usr/bin/linux.uml"
_FAT_OPTIONS = (
    "rw,nosuid,nodev,uid=0,gid=0,fmask=0022,dmask=0022,codepage=437,iocharset=ascii,"
    "shortname=mixed,showexec,utf8,flush,errors=remount-ro"
)
"""As UDisks mounts it."""
_ISO_OPTIONS = "ro,nosuid,nodev,uid=0,gid=0,iocharset=utf8,mode=0400,dmode=0500"
"""Likewise."""
_MOUNT = {
    "ext4": ("mount", "-t", "ext4", "-o", "nosuid,nodev,errors=remount-ro"),
    "exfat": ("mount.exfat-fuse", "-o", "nosuid,nodev"),
    "iso9660": ("mount", "-t", "iso9660", "-o", _ISO_OPTIONS),
    "squashfs": ("mount", "-t", "squashfs", "-o", "ro,nosuid,nodev"),
    "vfat": ("mount", "-t", "vfat", "-o", _FAT_OPTIONS),
}
_INIT = """#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
exec > {said} 2>&1
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs tmpfs /run
mkdir -p /dev/shm && mount -t tmpfs shm /dev/shm
date --set=@{now} > /dev/null
for module in fs/nls/nls_cp437 fs/nls/nls_ascii fs/nls/nls_utf8 fs/fat/fat fs/fat/vfat \\
    drivers/cdrom/cdrom fs/isofs/isofs fs/squashfs/squashfs fs/fuse/fuse \\
    drivers/md/dm-mod drivers/md/dm-log-writes
do
    busybox insmod {root}/usr/lib/uml/modules/$(uname -r)/kernel/$module.ko
done
device=/dev/ubda
if {recorded}; then
    device=/dev/dm-0
    dmsetup create --noudevrules --noudevsync cut \\
        --table "0 $(blockdev --getsz /dev/ubda) log-writes /dev/ubda /dev/ubdb"
fi
if {mount} $device {place}; then
    env -i {words} < /dev/null
    echo $? > {status}
    umount {place}
fi
if {recorded}; then dmsetup remove --noudevrules --noudevsync cut; fi
sync
exec {python} -c 'import ctypes; ctypes.CDLL(None).reboot(0x4321fedc)'
"""


def elsewhere(
    place: Path,
    kind: str,
    image: Path,
    words: Sequence[str | bytes | Path],
    environment: Mapping[str, str] | None = None,
    log: Path | None = None,
) -> tuple[int, str]:
    """A command of another Linux, with the image mounted at ``place``: status and what it said.

    ``log``: an image for what is written to it, as device-mapper's ``log-writes`` does it. Raises
    AssertionError if the kernel fails, or the command was not run at all.
    """
    root = kept.kept(
        "root-user-mode",
        (_SUITE, _PACKAGES, NEEDLESS),
        lambda made: make_root(_SUITE, _PACKAGES, _PROGRAM, made),
    )
    said, status, init = (place.with_name(name) for name in ("said", "status", "init"))
    said.write_text("")
    status.unlink(missing_ok=True)
    named = [f"{name}={value}" for name, value in (environment or {}).items()]
    init.write_text(
        _INIT.format(
            now=int(time.time()),
            mount=shlex.join(_MOUNT[kind]),
            place=place,
            words=shlex.join([*named, *map(os.fsdecode, words)]),
            said=said,
            status=status,
            python=sys.executable,
            root=root,
            recorded="true" if log is not None else "false",
        )
    )
    init.chmod(0o755)
    drives = [drive for drive in (image, log) if drive is not None]
    _run(root, [f"init={init}", *(f"ubd{at}=/mnt{drive}" for at, drive in enumerate(drives))])
    told = said.read_text(errors="replace")
    assert status.exists(), f"the other Linux did not run the command:\n{told}"
    return int(status.read_text()), told


def _run(root: Path, words: Sequence[str]) -> None:
    """Until it is powered off."""
    command: list[str | Path] = [
        *("bwrap", "--die-with-parent", "--unshare-pid", "--clearenv", "--setenv", "HOME", "/run"),
        *("--ro-bind", root, "/", "--bind", "/", "/mnt"),
        *("--dev", "/dev", "--proc", "/proc", "--tmpfs", "/run"),
        *(f"/{_PROGRAM}", "mem=1500M", "root=none", "rootfstype=hostfs", "rootflags=/mnt", "rw"),
        *("con=null", "con0=null,fd:1", "quiet", "loglevel=1", *words),
    ]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=GUARD,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise AssertionError(f"the other Linux hangs: {late.stdout!r}") from late
    told = done.stdout.decode(errors="replace")
    assert done.returncode == 0, f"the other Linux failed, {done.returncode}:\n{told}"
