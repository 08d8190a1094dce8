"""What a person can say about a plan beside the refs."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct


class Options(Struct, frozen=True):
    """What a person can say about a plan beside the refs.

    Attributes:
        arch: architecture of the computers the stick is for.
        gpus: graphics drivers beside the free ones.
        languages: of the people who will use it, as ``de`` or ``de_AT``; a plan tells what does not
            come in them.
        carry: the only languages of which translations are carried, written likewise; empty: all,
            None: as the drive has it, else all. An update leaves only these, else they are added.
        keep_versions: refs already on the stick stay at their commits.
        related: bring extensions along.
        runtimes: bring runtimes along; else only those named and those on the stick.
        strict: what was asked for and cannot be carried ends it, instead of being left out.
        allow_unsigned, allow_older: accept what is refused otherwise.
        sign_key: the maker's key to sign ostree-metadata with.
        sign_homedir: where gpg finds it, or None for the user's own.
        with_extra_data: payloads that apps download from their makers are carried.
        declined: refs whose payloads are not, whatever else is said; they are left out.
        online: it is for computers with internet: they get extra data from its makers themselves,
            and nobody looks for updates where this one does.
        offline: nobody is asked: everything comes from what this computer has kept, and from the
            next two.
        from_installed: what flatpak has here is taken before upstream is asked: of the installation
            of that name, or `ALL_INSTALLED`; empty: it is not.
        from_paths: drives and directories whose repositories are asked before that.
        kits: drives of which only extra data and images are taken, before their makers are asked.
    """

    arch: str
    gpus: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    carry: tuple[str, ...] | None = None
    keep_versions: bool = False
    related: bool = True
    runtimes: bool = True
    strict: bool = False
    allow_unsigned: bool = False
    allow_older: bool = False
    sign_key: str | None = None
    sign_homedir: str | None = None
    online: bool = False
    offline: bool = False
    with_extra_data: bool = False
    declined: tuple[str, ...] = ()
    from_installed: str = ""
    from_paths: tuple[Path, ...] = ()
    kits: tuple[Path, ...] = ()
