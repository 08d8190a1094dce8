"""What Review says of translations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from PySide6.QtCore import QCoreApplication

from app.flatpak.refs import LOCALE, Ref
from app.stick.planning.plan import Plan
from ui.i18n.filling import filled
from ui.i18n.language_names import named
from ui.models.review_values import Kind, PlanRemark


def language_remarks(plan: Plan, names: Mapping[str, str]) -> Iterator[PlanRemark]:
    """Of what this computer has in some languages only. ``names``: by the refs of apps."""
    part = plan.in_part
    if part is None:
        return
    called = {Ref.parse(ref).id: name for ref, name in names.items()}
    ids = [Ref.parse(ref).id.removesuffix(LOCALE) for ref in part.refs]
    those = ", ".join(called.get(id, id) for id in ids)
    spoken = ", ".join(map(named, part.languages))
    text = QCoreApplication.translate("LanguageWords", "No translations come for %1.")
    meaning = QCoreApplication.translate(
        "LanguageWords",
        "Drives get all languages of an app, and this computer has only some of them: %1. To take "
        "these along, choose them under “Languages…” above the apps, with “Carry only these”.",
    )
    yield PlanRemark(Kind.LANGUAGES, "", "", filled(text, those), filled(meaning, spoken))
