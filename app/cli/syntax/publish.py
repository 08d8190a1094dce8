"""``satchel publish``."""

from __future__ import annotations

from app.cli.syntax.model import Argument, Command, Option, ValueKind
from app.cli.syntax.shared import PLAN, REFS

_NOT_HERE = frozenset(
    {
        # Whoever adds the repository decides on languages, and gets parts from their makers.
        "--language",
        "--with-extra-data",
        # They are about drives, and about the computers that a drive is for.
        "--destination-repo",
        "--keep-versions",
        "--needs",
        # They mean something else here.
        "--collection-id",
        "--sign-key",
    }
)

COMMAND = Command(
    name="publish",
    summary="make a signed repository for others, to be put behind a web server",
    about="Adds REF to what DIR publishes; without REF, brings everything in it up to date. What "
    "comes from upstream is checked first; then it is bound to the collection of the repository "
    "and signed with your key. Clients that are reading find what they found before, or all of the "
    "new, whatever happens. DIR has a NAME.flatpakrepo that people add it by.",
    run="publish:run",
    arguments=(
        Argument(
            name="directory",
            metavar="DIR",
            help="the directory of the repository: a new one, or one that publish has made",
            values=(ValueKind.DIRECTORY,),
        ),
        REFS,
    ),
    options=(
        Option(
            name="--collection-id",
            metavar="ID",
            help="the collection of the repository, e.g. org.example.School; needed the first time "
            "only. Where it is upstream's own, its commits stay as they are",
        ),
        Option(
            name="--sign-key",
            metavar="KEY",
            help="your key, as gpg names it; needed the first time only. With another one than "
            "before everything is signed anew; while gpg has both, clients get the new one with "
            "their next update",
        ),
        Option(
            name="--ed25519-key",
            metavar="FILE",
            help="a further key, for libostree's own signatures, as openssl genpkey -algorithm "
            "ed25519 makes one; its public half is in NAME.ed25519",
            values=(ValueKind.FILE,),
        ),
        Option(
            name="--url",
            metavar="URL",
            help="where the web server will have DIR; it goes into NAME.flatpakrepo",
        ),
        Option(
            name="--name",
            metavar="NAME",
            help="what the remote is called (default: the last part of the collection)",
        ),
        Option(name="--title", metavar="TEXT", help="what people read as its name"),
        Option(name="--comment", metavar="TEXT", help="one line about it"),
        Option(name="--description", metavar="TEXT", help="a paragraph about it"),
        Option(name="--homepage", metavar="URL", help="its page on the web"),
        Option(name="--icon", metavar="URL", help="its picture"),
        Option(name="--default-branch", metavar="BRANCH", help="the branch of refs that name none"),
        Option(
            name="--redirect-url",
            metavar="URL",
            help="where clients of this repository go on: it has moved",
        ),
        Option(
            name="--subset",
            metavar="NAME=REF",
            help="REF, with its extensions, belongs to this part of the repository, which can be "
            "added by itself; may be given several times",
            repeated=True,
        ),
        Option(
            name="--without",
            metavar="REF",
            help="publish this no more; may be given several times",
            repeated=True,
        ),
        Option(
            name="--source-collection-id",
            metavar="ID",
            help="with --remote URL: the collection of that",
        ),
        *(option for option in PLAN if option.name not in _NOT_HERE),
        Option(
            name="--no-verify",
            help="do not look whether what was published before is still whole",
        ),
    ),
)
