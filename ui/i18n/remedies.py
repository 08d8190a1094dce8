"""What the window says where the command names commands and options (`app.remedy`)."""

from __future__ import annotations

from app.message import Message
from app.remedy import Remedy

WINDOW_REMEDIES: dict[Remedy, Message] = {
    Remedy.ADD_REMOTE: Message("Add a source in the settings."),
    Remedy.ADD_REMOTE_OR_LEAVE_OUT: Message("Add the source that has it, or leave the app out."),
    Remedy.ADD_REMOTE_OF_DRIVE: Message(
        "Add its source in the settings; the drive's own file is in its folder satchel: compare "
        "its key with what its makers publish."
    ),
    Remedy.ADD_REMOTE_OF_SYSTEM: Message(
        "The drive says, and nobody has signed it, that it was made with {url}. If its makers "
        "publish that address, add it in the settings with their key."
    ),
    Remedy.ADD_SOURCE: Message("Add its source in the settings."),
    Remedy.ADD_RUNTIME: Message("Add the runtime."),
    Remedy.ASK_FOR_REPO_FILE: Message(
        "Ask its makers for a .flatpakrepo with one, or give the key yourself."
    ),
    Remedy.ASK_TO_SIGN: Message(
        "Ask the people who run it to sign it, or accept the risk explicitly."
    ),
    Remedy.ASK_TO_EJECT: Message("Ask them to eject it, or have an administrator do it."),
    Remedy.CARRY_LANGUAGES: Message("What is on it stays on it."),
    Remedy.CARRY_EXTRA_DATA: Message(
        "Leave it out, install it where there is internet, or carry that part as well."
    ),
    Remedy.CHECK_ALL_REPOSITORIES: Message("Check it too."),
    Remedy.CHECK_NETWORK: Message("Check the network connection and the address, then try again."),
    Remedy.CHECK_SPELLING: Message("Check the spelling."),
    Remedy.CHOOSE_OTHER_REPOSITORY: Message("Choose another place."),
    Remedy.COMPARE_KEY: Message(
        "Compare it with what its makers publish; you can remove it again in the settings.",
    ),
    Remedy.COMPARE_FINGERPRINT: Message(
        "Compare the fingerprint with what the publisher says, and add the source."
    ),
    Remedy.DO_NOT_TRUST_MOVE_ASIDE: Message(
        "Do not trust this drive. Repairing it moves aside what is in the way."
    ),
    Remedy.OTHER_REPOSITORY: Message("For another one, choose its directory: {name}"),
    Remedy.FORMAT: Message("Format it."),
    Remedy.FORMAT_DRIVE: Message("Format it, which erases it."),
    Remedy.FREE_SPACE: Message(
        "Free some space or choose fewer apps, then try again; it goes on from here."
    ),
    Remedy.FREE_LATER: Message("It is freed when the drive is updated the next time."),
    Remedy.GIVE_SEARCH: Message("Type a word, or choose a category."),
    Remedy.GIVE_KEY: Message("Add the source with the .flatpakrepo that its makers publish."),
    Remedy.GIVE_OTHER_NAME: Message("Give the new one another name."),
    Remedy.VOUCH_FOR_MAKER: Message(
        "If you know whose it is, check the drive on the command line with --maker-key {key}.",
    ),
    Remedy.CHOOSE_ARCHITECTURE: Message(
        "It is there for {architectures}: choose that architecture."
    ),
    Remedy.LEAVE_KEY_AWAY: Message(
        "Leave key and collection away, or give the repository's address."
    ),
    Remedy.LEAVE_EJECT_OUT: Message("Leave out ejecting it."),
    Remedy.LOG_IN_HERE: Message(
        "Log in at the computer itself rather than over the network. Without a "
        "running polkit (package polkitd) only an administrator may.",
    ),
    Remedy.LOOK_INTO_DRIVE: Message("Contents shows what is on it."),
    Remedy.LOOK_AT_LINK: Message(
        "Look at it: Satchel does not put links there. Repairing the drive moves it aside."
    ),
    Remedy.LOOK_FOR_DRIVE: Message("Look whether it is the right drive."),
    Remedy.MAKE_FIRST: Message("Write apps to it first."),
    Remedy.NAME_APP: Message("Name an app like org.gnome.Maps; the search finds the name."),
    Remedy.NAME_OTHER_DRIVE: Message("Choose another drive, or format it."),
    Remedy.NAME_APPS: Message("Choose apps, or a saved choice."),
    Remedy.NAME_REPO_FILE: Message("Add it with its .flatpakrepo file or its address to use it."),
    Remedy.NAME_PUBLISHERS_KEY: Message("Add the source on this computer."),
    Remedy.NAME_REMOTE_WITH_ALL: Message("Choose the source that has everything."),
    Remedy.LOOK_AGAIN: Message("Nothing was written. Choose the drive again."),
    Remedy.PLUG_IT_IN: Message("Plug it in again and try again; it goes on from here."),
    Remedy.PLUG_DRIVE_IN: Message("Plug the drive in again and try again; it goes on from here."),
    Remedy.GET_PERMISSION: Message(
        "Have it done by someone who may write there, or change the owner of the directory.",
    ),
    Remedy.CONFIRM: Message("Confirm it."),
    Remedy.FORMAT_AS_ROOT: Message(
        "With UDisks2 2.10 or newer it is made as is best for a drive with apps."
    ),
    Remedy.UPDATE: Message("Update what is on the drive."),
    Remedy.LET_GO: Message("To get what is newer there, take off what it lacks."),
    Remedy.WAIT_OR_LET_GO: Message("Try again later, or take off what cannot come."),
    Remedy.TAKE_OFF_ONE: Message("Where the other is meant, take this one off the drive."),
    Remedy.TAKE_NEWEST: Message("Update what is on the drive: that takes what its source has now."),
    Remedy.REPAIR: Message("Repair the drive: that puts this in order."),
    Remedy.NAME_AGAIN: Message("Repair the drive: that gives the folder this name again."),
    Remedy.WRITE_KIT_AGAIN: Message("Repair the drive: that renews what people install from."),
    Remedy.MAKE_WHEN_THERE: Message("Write it to the drive again, once upstream has it."),
    Remedy.MAKE_WITH_APP: Message("Put the app it belongs to on the drive again."),
    Remedy.MAKE_WITH_LANGUAGES: Message(
        "Put the app it belongs to on the drive again: it brings all languages."
    ),
    Remedy.FETCH_AGAIN: Message("Repair the drive: that brings what is damaged again."),
    Remedy.FETCH_REPLACEMENT: Message("Update what is on the drive: that brings what replaces it."),
    Remedy.MOVE_ASIDE: Message("Repair the drive: that moves it aside, and tells where to."),
    Remedy.RUN_AGAIN: Message("Try again."),
    Remedy.GO_ON_THEN: Message("Try again then; it goes on from here."),
    Remedy.FINISH_FIRST: Message("Write to it again or repair it, then copy it."),
    Remedy.REPAIR_FIRST: Message("Repair it first."),
    Remedy.GO_ON: Message("Try again; it goes on from here."),
    Remedy.GO_ON_FROM_HERE: Message("Try again; it goes on from here."),
    Remedy.FINISH_JOB: Message("Write the same choice again: it goes on where it stopped."),
    Remedy.OTHER_DRIVES_NOT_MOUNTED: Message(
        "Satchel does not mount such drives. Choose another one."
    ),
    Remedy.OTHER_DRIVES: Message("Satchel leaves such drives alone. Choose another one."),
    Remedy.SAVE_CHOICE: Message("Save a choice first."),
    Remedy.SEE_REMOTES: Message("The known ones are in the settings."),
    Remedy.TRY_LATER_OR_ALLOW_OLDER: Message(
        "Servers that share an address and are not all up to date do that for "
        "some hours: try again later. If it stays so, somebody holds back "
        "updates; you can accept the older state explicitly.",
    ),
    Remedy.ALLOW_OLDER: Message(
        "Somebody may be holding back updates. If upstream really went back, "
        "accept the older state explicitly.",
    ),
    Remedy.USE_ORIGIN_OR_ALLOW_OLDER: Message(
        "Use {copied_from}, or wait until the mirror has caught up; you can "
        "accept the older versions explicitly.",
    ),
    Remedy.START_AGAIN: Message("Try again."),
    Remedy.REPORT_BUG: Message(
        "This is a bug in Satchel; please report it with this text. The drive "
        "is as before or can be completed by doing the same again.",
    ),
    Remedy.USE_LINKED_REPOSITORY: Message("Use {links}/satchel, or leave the path away."),
    Remedy.KEEP_VERSIONS: Message("You can leave everything at its version instead."),
    Remedy.USE_EXT4: Message(
        "Erase the drive ({device}) and set it up again, on the page Drive: then apps take less "
        "room."
    ),
    Remedy.NAME_WITH_LETTERS: Message("Use letters, digits, - and _."),
    Remedy.COMMAND_HELP: Message("The command line tells more: {command} --help."),
    Remedy.LIST_COMMANDS: Message("The command line lists them: satchel --help."),
    Remedy.VERIFY_DRIVE: Message("Not verified. Check the drive: {drive}"),
    Remedy.DO_NOT_ADD: Message(
        "Do not add it anywhere. Repair the drive: that puts this in order."
    ),
    Remedy.UNLOCK: Message("Unlock it first, in the file manager: {device}"),
    Remedy.RUN_INSTALLS: Message(
        "Start Satchel as its makers describe: that installs what it needs."
    ),
    Remedy.MAKE_ANEW: Message("Write the drive anew."),
    Remedy.DO_NOT_TRUST: Message(
        "Do not hand this drive on. Make it anew from the original source."
    ),
    Remedy.FORGED: Message(
        "Flatpak would install it from the drive all the same. Do not hand this"
        " drive on. Make it anew from the original source.",
    ),
    Remedy.SIGN_AGAIN: Message(
        "Flatpak would install it from the drive all the same. Repair the drive: that puts this in "
        "order."
    ),
    Remedy.SIGN_TO_INSTALL: Message(
        "Its source signs and has no collection ID, so flatpak installs it from no drive without "
        "its signature. Repair the drive: that fetches it again."
    ),
    Remedy.KIT_AGAIN: Message(
        "Do not use it as it is. Repair the drive: that renews what people install from."
    ),
    Remedy.REPAIR_WITH_SOURCE: Message(
        "Repair the drive where its source can be reached and is known (the settings add it), or "
        "with another drive plugged in that has it."
    ),
    Remedy.KIT_WITH_SOURCE: Message(
        "Do not use it as it is. Repair the drive where its source can be reached and is known "
        "(the settings add it)."
    ),
    Remedy.SIGN_WITH_SOURCE: Message(
        "Flatpak would install it from the drive all the same. Repair the drive where its source "
        "can be reached and is known (the settings add it), or with another drive plugged in that "
        "has it."
    ),
    Remedy.REPAIR_FROM_OTHER: Message(
        "Nobody who was asked has it. If another drive does, plug that in and repair this one "
        "again. Else take off what it belongs to, or write the drive anew."
    ),
    Remedy.DELETE_IT: Message("Do not run or open it. Delete it, unless you know what it is."),
    Remedy.DELETE_AND_ADD_AGAIN: Message("Delete the file and add it again."),
    Remedy.LEAVE_OUT_AND_TELL: Message(
        "It is as its publisher made it: leave it out, and tell them."
    ),
    Remedy.INSTALL_ONLINE: Message("Install it where there is internet."),
    Remedy.WAIT_FOR_KEY: Message(
        "Where flatpak looks at signatures it refuses these until the publisher"
        " prolongs the key; write the drive anew then.",
    ),
    Remedy.MAKE_ANEW_WHEN_PROLONGED: Message(
        "Write the drive anew once the publisher has prolonged the key."
    ),
    Remedy.FIND_REPLACEMENT: Message("It gets no more updates; look for what replaces it."),
    Remedy.CONFIGURE_REMOTE: Message("Add its source in the settings, then check again."),
    Remedy.LOOK_AT_IT: Message("Look at what it is: Satchel did not put it there."),
    Remedy.UPDATE_FLATPAK: Message("Update flatpak on the computers where it is to be installed."),
    Remedy.REPAIR_NAMING: Message(
        "The drive does not tell any more where that is: a repair on the command line that names "
        "it writes it down."
    ),
    Remedy.NAME_SOURCE: Message(
        "Whoever knows where it is from can give it back to its source, or free its room, on the "
        "command line: a repair that names the source does the one, pruning what is forgotten the "
        "other."
    ),
    Remedy.MAKE_OR_FREE: Message(
        "Put these apps on the drive again. Pruning what is forgotten, on the command line, frees "
        "what it takes."
    ),
    Remedy.NOTHING_TO_DO: Message("They do no harm."),
}
"""Sentences with the gaps of the remedy."""
