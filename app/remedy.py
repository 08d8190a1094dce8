"""What can be done about something: remedies, which each front end words for its own people.

The command says which command to run, the window speaks of what can be seen in it
(`ui.i18n.remedies`). What neither of them has a word for is an ordinary `Message`.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

from app.message import Message


class Remedy(Enum):
    """The value is what the command says, with gaps as in `Message`."""

    ADD_REMOTE = "Add one with --remote."
    ADD_REMOTE_OR_LEAVE_OUT = (
        "Add the remote that has it, leave the app out, or use --no-runtime for computers that"
        " have it."
    )
    ADD_REMOTE_OF_DRIVE = (
        "Add it with satchel remotes add, or name it with --remote, if it signs nothing with "
        "--allow-unsigned; the drive's own .flatpakrepo is in its folder satchel: compare its key "
        "with what its makers publish."
    )
    ADD_REMOTE_OF_SYSTEM = (
        "The drive says, and nobody has signed it, that it was made with {url}. If its makers "
        "publish that address: name it with --remote and their key with --gpg-key, or add both "
        "with satchel remotes add."
    )
    ADD_SOURCE = (
        "Add it with satchel remotes add, or name it with --remote, if it signs nothing with "
        "--allow-unsigned."
    )
    ADD_RUNTIME = "Add the runtime: satchel make TARGET RUNTIME."
    ASK_FOR_REPO_FILE = (
        "Ask its makers for a .flatpakrepo with one, or give the key with --gpg-key. To carry "
        "something of it all the same: satchel make TARGET REF --remote SOURCE --allow-unsigned"
    )
    ASK_TO_SIGN = "Ask the people who run it to sign it, or accept the risk with --allow-unsigned."
    ASK_TO_EJECT = "Ask them to eject it, or run it with sudo."
    CARRY_LANGUAGES = "Only some of them: satchel update TARGET --language de."
    CARRY_EXTRA_DATA = (
        "Leave it out, install it where there is internet, or carry that part as well: "
        "--with-extra-data."
    )
    CHECK_ALL_REPOSITORIES = "Check it too: without --destination-repo all are judged."
    CHECK_NETWORK = "Check the network connection and the address, then run the same command again."
    CHECK_SPELLING = "Check the spelling: satchel search."
    CHOOSE_OTHER_REPOSITORY = "Choose another place, or another repository with --destination-repo."
    COMPARE_KEY = "Compare it with what its makers publish; satchel remotes remove undoes this."
    COMPARE_FINGERPRINT = (
        "Compare the fingerprint with what the publisher says and add the remote, or name its "
        "key with --gpg-key. Only if you trust whoever made the drive: --trust-drive-keys."
    )
    DO_NOT_TRUST_MOVE_ASIDE = (
        "Do not trust this drive; satchel repair moves aside what is in its way."
    )
    OTHER_REPOSITORY = "For another one: --destination-repo {name}"
    FORMAT = "Format it with: satchel format --help."
    FORMAT_DRIVE = "Format it, which erases it: satchel format {drive}."
    FREE_SPACE = (
        "Free some space or choose fewer apps, then run the same command again; it goes on "
        "from here."
    )
    FREE_LATER = (
        "satchel prune TARGET frees it once that is done; so does whatever takes something off "
        "or updates the drive next."
    )
    GIVE_SEARCH = "Give a word, or --category, --free, --verified."
    GIVE_KEY = (
        "Give the .flatpakrepo that its makers publish with --remote, or its key with --gpg-key."
    )
    GIVE_OTHER_NAME = "Give the new one another name with --name."
    VOUCH_FOR_MAKER = "If you know whose it is: satchel verify TARGET --maker-key {key}."
    CHOOSE_ARCHITECTURE = "It is there for {architectures}: use --arch."
    LEAVE_KEY_AWAY = "Leave --gpg-key and --collection-id away, or give the repository's address."
    LEAVE_EJECT_OUT = "Leave out --eject."
    LOG_IN_HERE = (
        "Log in at the computer itself rather than over the network, or run it with sudo. "
        "Without a running polkit (package polkitd) only root may."
    )
    LOOK_INTO_DRIVE = "See what is on it: satchel inspect TARGET."
    LOOK_AT_LINK = "Look at it: Satchel does not put links there. satchel repair moves it aside."
    LOOK_FOR_DRIVE = "Look whether it is the right drive: satchel drives lists them."
    MAKE_FIRST = "Make the stick first: satchel make TARGET REF..."
    NAME_APP = "Name an app like org.gnome.Maps; satchel search finds the name."
    NAME_OTHER_DRIVE = "Name another drive, or format it: satchel format --help."
    NAME_APPS = "Name apps, or a choice with --profile."
    NAME_REPO_FILE = "Name its .flatpakrepo file or its address with --remote to use it."
    NAME_PUBLISHERS_KEY = (
        "Name the publisher's key with satchel verify TARGET --gpg-key FILE, or configure the "
        "remote on this computer."
    )
    NAME_REMOTE_WITH_ALL = "Name with --remote the one that has everything."
    LOOK_AGAIN = "Nothing was written. Look again with: satchel drives."
    PLUG_IT_IN = "Plug it in again and run the same command; it goes on from here."
    PLUG_DRIVE_IN = (
        "If a drive was unplugged, plug it in again. Then run the same command, which goes on "
        "from here."
    )
    GET_PERMISSION = "Run as a user who may write there, or change the owner of the directory."
    CONFIRM = "Run it in a terminal to be asked, or add --yes."
    FORMAT_AS_ROOT = "Run it with sudo, or with UDisks2 2.10 or newer, to have it made for a stick."
    UPDATE = "Run satchel update: it brings everything up to date."
    LET_GO = "To get what is newer there, take off what it lacks: satchel remove."
    WAIT_OR_LET_GO = "Try again later, or take off what cannot come: satchel remove."
    TAKE_OFF_ONE = "Where the other is meant, take this one off: satchel remove."
    TAKE_NEWEST = "Run satchel update: it takes what upstream has now."
    REPAIR = "Run satchel repair: it puts this in order."
    NAME_AGAIN = "Run satchel repair: it gives it its name again."
    WRITE_KIT_AGAIN = "Run satchel repair: it writes what people install from anew."
    MAKE_WHEN_THERE = "Run satchel make with it again, once upstream has it."
    MAKE_WITH_APP = "Run satchel make with the app it belongs to."
    MAKE_WITH_LANGUAGES = "Run satchel make with the app it belongs to: it brings all languages."
    FETCH_AGAIN = "Run satchel repair: it brings what is damaged again."
    FETCH_REPLACEMENT = "Run satchel update: it brings what replaces it."
    MOVE_ASIDE = "Run satchel repair: it moves it aside, and tells where to."
    RUN_AGAIN = "Run the command again."
    GO_ON_THEN = "Run the same command again then; it goes on from here."
    GO_ON = "Run the same command again to go on from here."
    GO_ON_FROM_HERE = "Run the same command again; it goes on from here."
    FINISH_JOB = "Run the same satchel make again: it goes on where it stopped."
    OTHER_DRIVES_NOT_MOUNTED = (
        "Satchel does not mount such drives. satchel drives lists the others."
    )
    OTHER_DRIVES = "Satchel leaves such drives alone. satchel drives lists the others."
    SAVE_CHOICE = "Save one with: satchel profiles save."
    SEE_REMOTES = "See the known ones with: satchel remotes."
    TRY_LATER_OR_ALLOW_OLDER = (
        "Servers that share an address and are not all up to date do that for some hours: try "
        "again later. If it stays so, somebody holds back updates; --allow-older accepts it."
    )
    ALLOW_OLDER = (
        "Somebody may be holding back updates. If upstream really went back, use --allow-older."
    )
    USE_ORIGIN_OR_ALLOW_OLDER = (
        "Use {copied_from}, or wait until the mirror has caught up; --allow-older takes the "
        "older versions."
    )
    START_AGAIN = "Start the same command again."
    REPORT_BUG = (
        "This is a bug in Satchel; please report it with this text. The drive is as before or "
        "can be completed by running the command again."
    )
    USE_LINKED_REPOSITORY = "Use --destination-repo {links}/satchel, or none at all."
    KEEP_VERSIONS = "Use --keep-versions to leave it as it is."
    USE_EXT4 = "Format it as ext4, which erases it: satchel format {device} --fs ext4."
    NAME_WITH_LETTERS = "Use letters, digits, - and _; give it with --name."
    COMMAND_HELP = "{command} --help tells what it takes."
    LIST_COMMANDS = "satchel --help lists them; satchel alone opens the window."
    VERIFY_DRIVE = "Not verified. Do so with: satchel verify {drive}"
    DO_NOT_ADD = "Do not add it anywhere. Run satchel repair: it puts this in order."
    UNLOCK = "Unlock it first, in the file manager or with: udisksctl unlock -b {device}"
    RUN_INSTALLS = (
        "packaging/run installs what it needs. satchel --help lists the commands, which need no "
        "window."
    )
    MAKE_ANEW = "Make the stick anew."
    DO_NOT_TRUST = "Do not hand this drive on. Make it anew from the original source."
    FORGED = (
        "Flatpak would install it from the drive all the same. Do not hand this drive on. Make"
        " it anew from the original source."
    )
    SIGN_AGAIN = (
        "Flatpak would install it from the drive all the same. Run satchel repair: it puts this in "
        "order."
    )
    SIGN_TO_INSTALL = (
        "Its source signs and has no collection ID, so flatpak installs it from no drive without "
        "its signature. Run satchel repair: it fetches that again."
    )
    KIT_AGAIN = (
        "Do not use it as it is. Run satchel repair: it writes what people install from anew."
    )
    REPAIR_WITH_SOURCE = (
        "Run satchel repair again where its source can be reached (--remote names it, if this "
        "computer does not know it), or with another drive that has it (--from)."
    )
    KIT_WITH_SOURCE = (
        "Do not use it as it is. Run satchel repair again where its source can be reached "
        "(--remote names it, if this computer does not know it)."
    )
    SIGN_WITH_SOURCE = (
        "Flatpak would install it from the drive all the same. Run satchel repair again where its "
        "source can be reached (--remote names it, if this computer does not know it), or with "
        "another drive that has it (--from)."
    )
    REPAIR_FROM_OTHER = (
        "Nobody who was asked has it. If another drive does: satchel repair TARGET --from DRIVE. "
        "Else take off what it belongs to, or make the drive anew."
    )
    DELETE_IT = "Do not run or open it. Delete it, unless you know what it is."
    DELETE_AND_ADD_AGAIN = "Delete the file and add it again."
    LEAVE_OUT_AND_TELL = "It is as its publisher made it: leave it out, and tell them."
    INSTALL_ONLINE = "Install it where there is internet."
    WAIT_FOR_KEY = (
        "Where flatpak looks at signatures it refuses these until the publisher prolongs the "
        "key; make the stick anew then."
    )
    MAKE_ANEW_WHEN_PROLONGED = "Make the stick anew once the publisher has prolonged the key."
    FINISH_FIRST = "Run satchel make or satchel repair on it, then copy it."
    REPAIR_FIRST = "Repair it first: satchel repair {drive}"
    FIND_REPLACEMENT = "It gets no more updates; look for what replaces it."
    CONFIGURE_REMOTE = "Configure the remote on this computer, then check again."
    LOOK_AT_IT = "Look at what it is: Satchel did not put it there."
    UPDATE_FLATPAK = "Update flatpak on the computers where it is to be installed."
    REPAIR_NAMING = (
        "The drive does not tell any more where that is: satchel repair TARGET --remote ADDRESS "
        "writes it down."
    )
    NAME_SOURCE = (
        "Name their source with satchel repair TARGET --remote ADDRESS, or free them with satchel "
        "prune TARGET --forgotten."
    )
    MAKE_OR_FREE = (
        "Make the drive with these apps again, or free it with satchel prune TARGET --forgotten."
    )
    NOTHING_TO_DO = "They do no harm."

    @property
    def id(self) -> str:
        """Its name for programs: ``make-anew``."""
        return self.name.lower().replace("_", "-")

    def advice(self, **arguments: Any) -> Message:
        """This remedy as a message."""
        return Message.with_arguments(self.value, arguments, self)


Hint = Message | Remedy
"""What to do: in words of its own, or a remedy that has no gaps."""


def hint_message(hint: Hint) -> Message:
    return hint.advice() if isinstance(hint, Remedy) else hint
