"""What an app's maker does not let go on a drive as it is: terms to accept, parts to go without."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from PySide6.QtCore import QCoreApplication

from app.stick.planning.plan import Plan
from app.stick.planning.terms import Terms
from ui.i18n.filling import filled
from ui.i18n.numbers import sized
from ui.models.review_values import REST, Kind, PlanRemark


def terms_remarks(
    plan: Plan, names: Mapping[str, str], accepted: Collection[str]
) -> Iterator[PlanRemark]:
    """For each app with a part that comes from its maker. ``names``: what people call refs; those
    of the choice can be left out. ``accepted``: refs whose terms the person has accepted."""
    chosen = {item.ref for item in plan.items if item.named}
    for terms in plan.terms:
        if not terms.accepted:
            yield _remark(terms, names, accepted, chosen=terms.ref in chosen)


def _remark(
    terms: Terms, names: Mapping[str, str], accepted: Collection[str], *, chosen: bool
) -> PlanRemark:
    name = names.get(terms.ref) or terms.ref.split("/")[1]
    if terms.free:
        strong = QCoreApplication.translate("Terms", "%1: its maker asks you to accept its terms.")
        text = QCoreApplication.translate(
            "Terms", "A part of it, %1, comes from its maker. Licence: %2."
        )
    else:
        strong = QCoreApplication.translate("Terms", "%1 may not be passed on by its maker.")
        text = QCoreApplication.translate(
            "Terms",
            "Each computer would have to download a part of it, %1, itself. Carry that part only "
            "where its terms allow it. Licence: %2.",
        )
    unknown = QCoreApplication.translate("Terms", "not known")
    leave = QCoreApplication.translate("Terms", "Leave it out")
    rest = QCoreApplication.translate("Terms", "Carry the rest")
    return PlanRemark(
        Kind.TERMS,
        terms.ref if chosen else f"{REST}{terms.ref}",
        name,
        filled(strong, name),
        filled(text, sized(terms.size), terms.licence or unknown),
        leave if chosen else rest,
        link=QCoreApplication.translate("Terms", "Read the terms") if terms.url else "",
        agree=QCoreApplication.translate("Terms", "I accept its terms"),
        agreed=terms.ref in accepted,
    )
