"""What Review says of apps that come otherwise than most: as files, or from registries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from PySide6.QtCore import QCoreApplication

from app.message import NOTHING
from app.stick.planning.plan import Action, Plan, PlannedBundle, Removal
from app.stick.store.images import NEEDED_FLATPAK
from ui.i18n.filling import filled
from ui.i18n.numbers import sized
from ui.i18n.stick_words import plain_name, unsigned
from ui.models.review_values import NO_SIZE, Kind, PlanLine, PlanRemark


def file_lines(plan: Plan, names: Mapping[str, str]) -> Iterator[PlanLine]:
    """Those that come or are among ``names``, what people call the chosen refs."""
    for bundle in _shown(plan, names):
        record, kept = bundle.record, bundle.action is Action.KEEP
        remarks = [(from_a_file(), False)]
        if record.unvouched:
            remarks.insert(0, (unsigned(), True))
        yield PlanLine(
            ref=record.ref,
            name=_name(bundle, names),
            remarks=tuple(remarks),
            size=NO_SIZE if kept else sized(record.size),
            may_be_left_out=not plan.estimate.has_room and not kept,
        )


def file_remarks(plan: Plan, names: Mapping[str, str]) -> Iterator[PlanRemark]:
    """Of those that come and that nobody here vouches for."""
    for bundle in _shown(plan, names):
        if bundle.record.unvouched and bundle.action is not Action.KEEP:
            name = _name(bundle, names)
            strong = QCoreApplication.translate("FileWords", "Nobody vouches for %1.")
            text = QCoreApplication.translate(
                "FileWords",
                "Someone could have changed the file. On each computer somebody has to agree to "
                "that once more.",
            )
            leave = QCoreApplication.translate("FileWords", "Leave it out")
            yield PlanRemark(
                Kind.UNVOUCHED, bundle.record.ref, name, filled(strong, name), text, leave
            )


def registry_remarks(plan: Plan) -> Iterator[PlanRemark]:
    """For each container registry, which computers its apps are for."""
    for name in dict.fromkeys(image.registry.label for image in plan.images):
        text = QCoreApplication.translate("FileWords", "Apps of %1 need flatpak %2 or newer.")
        meaning = QCoreApplication.translate(
            "FileWords",
            "Older computers cannot install them from the drive. They are not signed: on each "
            "computer somebody has to agree to that.",
        )
        strong = filled(text, name, NEEDED_FLATPAK)
        yield PlanRemark(Kind.NEWER, "", name, strong, meaning)


def file_removals(plan: Plan) -> tuple[Removal, ...]:
    """Those that leave the drive, which are there only because somebody said so."""
    return tuple(
        Removal("", record.ref, record.commit, NOTHING, named=True, name=record.name)
        for record in plan.removed_bundles
    )


def from_a_file() -> str:
    """In a word or two."""
    return QCoreApplication.translate("FileWords", "From a file")


def _shown(plan: Plan, names: Mapping[str, str]) -> Iterator[PlannedBundle]:
    """Not what has just been left out."""
    for bundle in plan.bundles:
        if bundle.record.ref in names:
            yield bundle


def _name(bundle: PlannedBundle, names: Mapping[str, str]) -> str:
    ref = bundle.record.ref
    return names.get(ref) or bundle.record.name or plain_name(ref)
