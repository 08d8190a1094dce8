"""What a check found, in words for people who do not build repositories.

The findings themselves, with all their names, are for builders (`ui.models.findings`).
"""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.stick.findings import Code

_BROKEN = {Code.OBJECT_CORRUPT, Code.EXTRA_DATA_CORRUPT, Code.NOT_READABLE}
_GONE = {Code.OBJECT_MISSING, Code.COMMIT_MISSING, Code.REF_DANGLING}
_FORGED = {Code.COMMIT_BAD_SIGNATURE, Code.COMMIT_WRONG_COLLECTION, Code.COMMIT_WRONG_REF}
_OLD_LISTS = {
    Code.METADATA_MISSING,
    Code.METADATA_BAD_SIGNATURE,
    Code.METADATA_OUT_OF_SYNC,
    Code.SUMMARY_MISSING,
    Code.SUMMARY_MISMATCH,
}
_MAKERS_LIST = {
    Code.UPSTREAM_MISSING,
    Code.UPSTREAM_BAD_SIGNATURE,
    Code.UPSTREAM_WRONG_COLLECTION,
    Code.UPSTREAM_DIGEST_MISMATCH,
}
_LEADS_AWAY = {Code.REF_UNSAFE, Code.LINK_OUTSIDE}


class FindingWords(QObject):
    """A QObject for its ``tr``: lupdate finds plural forms nowhere else."""

    def sentence(self, code: Code, count: int) -> str:
        """About one app or drive of which ``count`` findings have this code."""
        if code in _BROKEN:
            return self.tr(
                "%n file(s) cannot be read: the drive returns something else than was written.",
                "",
                count,
            )
        if code in _GONE:
            return self.tr("%n file(s) missing.", "", count)
        if code in _FORGED:
            return self.tr("It is not what its maker signed.")
        if code in _OLD_LISTS:
            return self.tr("A list that old computers look for is missing or out of date.")
        if code in _MAKERS_LIST:
            return self.tr("The maker's list of apps is missing, or not as it was signed.")
        if code in _LEADS_AWAY:
            return self.tr("Something on it leads away from the drive.")
        return self._single(code)

    def _single(self, code: Code) -> str:
        return {
            Code.REPO_INVALID: self.tr("It cannot be read at all."),
            Code.COMMIT_PARTIAL: self.tr("It is not there completely."),
            Code.COMMIT_UNSIGNED: self.tr("Its maker's signature is missing."),
            Code.RUNTIME_MISSING: self.tr("Something it needs to run is missing."),
            Code.KIT_ALTERED: self.tr(
                "START-HERE, or what belongs to it, was changed by somebody else."
            ),
            Code.KIT_UNKNOWN: self.tr("Beside START-HERE is something that does not belong there."),
            Code.KIT_MISSING: self.tr("START-HERE, or what belongs to it, is missing."),
            Code.METADATA_MISMATCH: self.tr(
                "Its maker's list says something else about it than it does itself."
            ),
            Code.REPLACEMENT_MISSING: self.tr("What replaces it is missing."),
            Code.NOT_INSTALLABLE: self.tr("It does not install from this drive."),
            Code.UNVOUCHED: self.tr("Nobody vouches for it."),
            Code.RELATED_MISSING: self.tr("Something that belongs to it is missing."),
            Code.LANGUAGE_MISSING: self.tr("Not all of its languages are there."),
            Code.EXTRA_DATA_CORRUPT: self.tr("The part that comes from its maker is damaged."),
            Code.EXTRA_DATA_MISSING: self.tr(
                "Each computer has to download a part of it by itself."
            ),
            Code.KEY_EXPIRED: self.tr("Its maker's key has expired."),
            Code.KEY_EXPIRES_SOON: self.tr("Its maker's key expires soon."),
            Code.END_OF_LIFE: self.tr(
                "It installs and runs. Nobody mends mistakes in it any more."
            ),
            Code.UPSTREAM_OLDER: self.tr("It is newer than its maker's list on the drive."),
            Code.UNKNOWN_KEY: self.tr("Computers do not get its maker's key from this drive."),
            Code.JOURNAL_LEFT: self.tr("Writing to it was interrupted."),
            Code.FOREIGN_CONTENT: self.tr(
                "There is something on it that Satchel did not put there."
            ),
            Code.NEEDS_NEWER_FLATPAK: self.tr("It needs a newer Flatpak than some computers have."),
            Code.ROLLED_BACK: self.tr("It is older than what was there before."),
            Code.SEVERAL_SOURCES: self.tr("It is there from several sources; computers get one."),
            Code.NAMES_LOST: self.tr(
                "It is there, but the drive has lost where it is from, so that nobody finds it."
            ),
            Code.UPSTREAM_NEWER: self.tr("There is a newer version of it."),
            Code.ORPHAN_OBJECTS: self.tr(
                "Something left over from before takes room. It does no harm."
            ),
        }.get(code, self.tr("Something about it is not as it should be."))
