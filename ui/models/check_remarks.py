"""What a check found, by what it is about: an app, what several apps need, the drive itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum

from msgspec import Struct
from PySide6.QtCore import QCoreApplication

from app.severity import Severity
from app.stick.checking.report import CheckReport
from app.stick.findings import Code, Finding, Help, helps
from app.stick.inspecting.inspection import Inspection
from app.stick.mending.plan import Unhealed
from ui.i18n.filling import filled
from ui.i18n.stick_words import called, plain_name
from ui.i18n.wording import worded
from ui.models.drive_apps import Users, needing_all, stands_alone, users_of
from ui.models.finding_words import FindingWords

_MOST = 3
"""Sentences about one thing."""


class RemarkSign(Enum):
    """What stands on the icon."""

    BROKEN = "broken"
    LASTING = "lasting"
    """A repair does not heal it."""
    ENDED = "ended"
    KNOW = "know"


class CheckRemark(Struct, frozen=True):
    """What there is to say about one thing on the drive.

    Attributes:
        ref: of the app; empty for what several need, and for the drive.
        shared: it is what several apps need.
        name: what people call it.
        title: that, or a sentence that begins with it.
    """

    ref: str
    shared: bool
    name: str
    title: str
    text: str
    sign: RemarkSign


def remarks_of(
    report: CheckReport, inspection: Inspection, place: str, unhealed: Iterable[Unhealed] = ()
) -> tuple[CheckRemark, ...]:
    """What is to be repaired first; ``place`` is what the drive is called.

    ``unhealed``: what a repair would leave, where that is known.
    """
    owners = _Owners(report, inspection)
    means = {each.finding: worded(each.means) for each in unhealed}
    stays: dict[str, list[Finding]] = {}
    bad: dict[str, list[Finding]] = {}
    good_to_know: dict[str, list[Finding]] = {}
    ended: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding in means:
            group = stays
        elif finding.severity is Severity.ERROR:
            group = bad
        else:
            group = ended if finding.code is Code.END_OF_LIFE else good_to_know
        group.setdefault(owners.of(finding), []).append(finding)
    return tuple(
        remark
        for sign, groups in (
            (RemarkSign.BROKEN, bad),
            (RemarkSign.LASTING, stays),
            (RemarkSign.ENDED, ended),
            (RemarkSign.KNOW, good_to_know),
        )
        for remark in sorted(
            _remarks(sign, groups, owners, place, means), key=lambda remark: remark.title.casefold()
        )
    )


_DRIVE = ""
_SHARED = "shared"


class _Owners:
    """Whom a finding is about: the ref of an app, `_SHARED` or a shared ref, or `_DRIVE`."""

    def __init__(self, report: CheckReport, inspection: Inspection) -> None:
        self._refs = {ref.ref: ref for _, ref in inspection.refs}
        self._others = {each.ref: each.name for each in inspection.bundles}
        self._others |= {each.ref: each.name for each in inspection.images}
        self._users: Users = users_of(inspection)
        commits: dict[str, list[str]] = {}
        for ref in self._refs.values():
            commits.setdefault(ref.commit, []).append(ref.ref)
        self._commits = commits
        self._damage: Mapping[str, tuple[str, ...]] = {
            str(damage.name): damage.commits for damage in report.damage
        }

    def of(self, finding: Finding) -> str:
        subject = finding.subject
        if subject in self._others and subject not in self._refs:
            return subject
        if subject in self._refs:
            return self._owner([subject])
        commits = self._damage.get(subject, (subject,))
        refs = [ref for commit in commits for ref in self._commits.get(commit, ())]
        return self._owner(refs) if refs else _DRIVE

    def _owner(self, refs: list[str]) -> str:
        if len(refs) == 1 and stands_alone(self._refs[refs[0]]):
            return refs[0]
        users = needing_all(self._users, refs)
        if len(users) == 1:
            return next(iter(users))
        return refs[0] if len(refs) == 1 else _SHARED

    def is_app(self, owner: str) -> bool:
        if owner in self._refs:
            return stands_alone(self._refs[owner])
        return owner in self._others

    def name(self, owner: str, place: str) -> str:
        if owner == _DRIVE:
            return place
        if owner == _SHARED:
            return QCoreApplication.translate("Space", "Shared by all apps")
        if owner in self._refs:
            return called(self._refs[owner])
        return self._others[owner] or plain_name(owner)


def _remarks(
    sign: RemarkSign,
    groups: Mapping[str, list[Finding]],
    owners: _Owners,
    place: str,
    means: Mapping[Finding, str],
) -> Iterator[CheckRemark]:
    for owner, findings in groups.items():
        name = owners.name(owner, place)
        title, app = name, owners.is_app(owner)
        if sign is RemarkSign.ENDED:
            text = QCoreApplication.translate("CheckRemarks", "%1 gets no more updates")
            title = filled(text, name)
        told = list(_sentences(findings))
        told += dict.fromkeys(means[finding] for finding in findings if finding in means)
        sentences = " ".join(dict.fromkeys(filter(None, told)))
        shared = not app and owner != _DRIVE
        yield CheckRemark(owner if app else "", shared, name, title, sentences, sign)


def _sentences(findings: Iterable[Finding]) -> Iterator[str]:
    """What is the case, each once; and what to do where writing again does not help."""
    words = FindingWords()
    counts: dict[Code, int] = {}
    hints: dict[str, None] = {}
    for finding in findings:
        counts[finding.code] = counts.get(finding.code, 0) + 1
        if finding.code not in _TOLD and helps((finding,)) != (Help.WRITE_AGAIN,):
            hints[worded(finding.hint)] = None
    sentences: dict[str, int] = {}
    for code, count in counts.items():
        sentences.setdefault(words.sentence(code, count), count)
    yield from list(sentences)[:_MOST]
    yield from [hint for hint in hints if hint][:1]


_TOLD = {Code.END_OF_LIFE, Code.FOREIGN_CONTENT, Code.ORPHAN_OBJECTS}
"""Their sentence says all there is."""
