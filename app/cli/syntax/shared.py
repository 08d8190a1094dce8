"""Arguments and options that several verbs take."""

from __future__ import annotations

from app.cli.syntax.model import Argument, Count, Option, ValueKind
from app.drive.choosing import AUTO
from app.replacing import replace

_TARGET = (
    "mount point or directory, or a drive's device, label, serial or model; "
    f"“{AUTO}” is the only one plugged in"
)
TARGET = Argument(
    name="target", metavar="TARGET", help=_TARGET, values=(ValueKind.TARGET, ValueKind.DIRECTORY)
)
OPTIONAL_TARGET = Argument(
    name="target",
    metavar="TARGET",
    help=f"{_TARGET}, as without TARGET",
    count=Count.OPTIONAL,
    default=AUTO,
    values=(ValueKind.TARGET, ValueKind.DIRECTORY),
)
_IMAGE = "or an image of a drive, as a file"
READABLE = replace(TARGET, help=f"{_TARGET}; {_IMAGE}", values=(*TARGET.values, ValueKind.FILE))
"""A target that is only read."""

OPTIONAL_READABLE = replace(
    OPTIONAL_TARGET,
    help=f"{_TARGET}, as without TARGET; {_IMAGE}",
    values=(*OPTIONAL_TARGET.values, ValueKind.FILE),
)
DRIVE = Argument(
    name="drive",
    metavar="DRIVE",
    help="device, label, serial or model",
    values=(ValueKind.DRIVE,),
)
DESTINATION_REPO = Option(
    name="--destination-repo",
    metavar="PATH",
    help="the repository's place on the drive, where there is more than one",
)
ARCHITECTURES = ("x86_64", "aarch64", "i386", "arm", "riscv64")
"""Those that flatpak's repositories are usually for; not all that may be named."""

ARCH = Option(
    name="--arch",
    metavar="A",
    help="architecture (default: this computer's)",
    suggestions=ARCHITECTURES,
)
ARCHES = replace(ARCH, help=f"{ARCH.help}; may be given several times", repeated=True)
LANGUAGE = Option(
    name="--language",
    metavar="L",
    help="carry translations into this language only, e.g. de, beside those that are on the drive; "
    "say which apps do not come in it (default: all)",
    repeated=True,
)
GPG_KEY = Option(
    name="--gpg-key",
    metavar="FILE",
    help="with an address, or a file that has none: the remote's key; may be given several times",
    repeated=True,
    values=(ValueKind.FILE,),
)
COLLECTION_ID = Option(name="--collection-id", metavar="ID", help="likewise: its collection")
REMOTE = (
    Option(
        name="--remote",
        metavar="R",
        help="where to look: a known remote's name, a .flatpakrepo file or its address, a "
        "repository's address, a container registry's (oci+https://), an ostree remote's .conf "
        "file; for plan and make also a drive whose sources are known",
        values=(ValueKind.REMOTE, ValueKind.FILE),
    ),
    GPG_KEY,
    COLLECTION_ID,
    Option(name="--allow-unsigned", help="accept a remote without signatures"),
)
"""Where to look, for `app.cli.plan_arguments.chosen_remotes`."""

FROM = (
    Option(
        name="--from-installed",
        metavar="WHERE",
        alone="all",
        help="take what flatpak has installed here before asking upstream: all of it, or that of "
        "user, of system or of another installation",
        suggestions=("user", "system"),
    ),
    Option(
        name="--from",
        metavar="SOURCE",
        help="likewise another drive, a repository's directory, or an image; may be given "
        "several times",
        repeated=True,
        values=READABLE.values,
    ),
)
"""For `app.cli.plan_arguments.options`."""

OFFLINE = Option(
    name="--offline",
    help="ask nobody: with the lists and files that this computer has kept",
)
OFFLINE_BESIDE = replace(OFFLINE, help=f"{OFFLINE.help}, and what --from and --from-installed name")
"""Where other repositories can be named."""

REF_HELP = "as flatpak accepts it, or REMOTE:REF, or a .flatpakref, or an app as a file (.flatpak)"
REFS = Argument(
    name="refs",
    metavar="REF",
    help=REF_HELP,
    count=Count.ANY,
    values=(ValueKind.APP, ValueKind.FILE),
)
ON_DRIVE = Argument(
    name="refs",
    metavar="REF",
    help="what is on the drive, as flatpak names it, or as people do",
    count=Count.ANY,
    values=(ValueKind.ON_DRIVE,),
)
CHANGE = (
    DESTINATION_REPO,
    Option(name="--no-prune", help="do not free what is needed no more"),
    Option(name="--dry-run", help="tell what would happen; write nothing"),
    Option(name="--no-verify", help="do not check the drive at the end"),
    Option(name="--yes", help="do not ask"),
)
"""What `app.cli.carrying_out` needs."""

EXTRA_DATA = Option(
    name="--with-extra-data",
    help="also carry the parts that apps download from their makers; shows on what terms, and asks",
)
PLAN = (
    Option(
        name="--profile",
        metavar="P",
        help="a saved choice by its name, or the file of one or of a set; then REF may be left out",
        values=(ValueKind.PROFILE, ValueKind.FILE),
    ),
    Option(
        name="--needs",
        metavar="FILE",
        help="what an offline computer needs, as satchel needs and needs.sh write it, or a "
        "directory of such files; further FILEs may follow; then REF may be left out",
        repeated=True,
        values=(ValueKind.FILE, ValueKind.DIRECTORY),
    ),
    *REMOTE,
    ARCHES,
    Option(
        name="--gpu",
        metavar="G",
        help="also carry this graphics driver, e.g. nvidia-550",
        repeated=True,
    ),
    LANGUAGE,
    Option(name="--destination-repo", metavar="PATH", help="the repository's place on the drive"),
    Option(name="--keep-versions", help="do not update what is on the drive"),
    Option(name="--sign-key", metavar="KEY", help="sign ostree-metadata with your own key"),
    Option(name="--allow-older", help="accept an older snapshot than seen before"),
    Option(name="--no-related", help="leave extensions out"),
    EXTRA_DATA,
    Option(
        name="--no-runtime",
        help="leave runtimes out, for computers that have them already",
    ),
    Option(name="--strict", help="refuse everything where something of it cannot be carried"),
    *FROM,
    OFFLINE_BESIDE,
    Option(
        name="--locked",
        metavar="FILE",
        help="exactly what a lock file names, as satchel lock writes it, and nothing else; then "
        "there is no REF",
        values=(ValueKind.FILE,),
    ),
)
"""What `app.cli.plan_arguments.planned` needs beside TARGET and REF."""
