"""In which language the window speaks."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, Qt, QTranslator
from PySide6.QtGui import QGuiApplication

from app.resources import resource

SOURCE = "en"
"""The language that the texts are written in."""

_NAME = "translation"
_SPOKEN = "languages"


def translate(application: QCoreApplication, languages: tuple[str, ...]) -> bool:
    """Qt's own texts and ours in the first of the person's languages that there is, or English.

    Whether they are in another language now; what is shown already stays as it is.
    """
    spoken = application.property(_SPOKEN)
    for language in (*languages, SOURCE):
        locale = QLocale(language)
        ours = QTranslator(application)
        if ours.load(locale, "satchel", "_", str(resource("translations"))):
            if ours.filePath() == spoken:
                ours.deleteLater()
                return False
            _silence(application)
            QLocale.setDefault(locale)
            if isinstance(application, QGuiApplication):
                application.setLayoutDirection(locale.textDirection())
            _install(application, ours)
            application.setProperty(_SPOKEN, ours.filePath())
            theirs = QTranslator(application)
            place = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
            if theirs.load(locale, "qtbase", "_", place):
                _install(application, theirs)
            return spoken is not None
    return False


def translations() -> tuple[str, ...]:
    """The languages that the window can speak."""
    names = (path.stem.partition("_")[2] for path in resource("translations").glob("satchel_*.qm"))
    return tuple(sorted(names))


def spoken(application: QCoreApplication) -> str:
    """The one of `translations` that it speaks."""
    path = str(application.property(_SPOKEN) or "")
    return path.rpartition("satchel_")[2].removesuffix(".qm") or SOURCE


def _install(application: QCoreApplication, translator: QTranslator) -> None:
    translator.setObjectName(_NAME)
    application.installTranslator(translator)


def _silence(application: QCoreApplication) -> None:
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    for translator in application.findChildren(QTranslator, _NAME, direct):
        application.removeTranslator(translator)
        translator.deleteLater()
