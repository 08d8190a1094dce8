"""Puts Satchel and the wheels it needs into one directory, without what it never opens.

Of Qt's wheel, a hundred megabytes packed, only what the window imports, the plug-ins a desktop asks
for, and the libraries that these need are kept.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from wheels import BUILD_LOCK, LOCK, locked, make_pip, run

ROOT = Path(__file__).resolve().parents[2]
_PLUGINS = (
    "platforms/libqxcb.so",
    "platforms/libqwayland.so",
    "platforms/libqoffscreen.so",
    "platformthemes/*",
    "platforminputcontexts/libcompose*",
    "platforminputcontexts/libibus*",
    "iconengines/*",
    "printsupport/*",
    "imageformats/libq[jsw]*.so",  # JPEG, SVG, WebP: icons and screenshots of apps
    "xcbglintegrations/*",
    "wayland-decoration-client/*",
    "wayland-graphics-integration-client/libqt-plugin-wayland-egl.so",
    "wayland-shell-integration/libxdg-shell.so",
)
_NOT_INSTALLED = shutil.ignore_patterns("__pycache__", "*.md", ".git*", "screenshots")
# PySide6 looks at these files itself when it is imported.
_SUPPORT = ("*.py", "support/*", "libpyside6.abi3.so*", "Qt/translations/qtbase_*.qm")


def fill(place: Path, scratch: Path) -> None:
    """Install Satchel and the pinned wheels for this very Python into ``place``."""
    pip = make_pip(scratch)
    run(*pip, "install", "--quiet", "--only-binary", ":all:", *locked(BUILD_LOCK))
    options = ("install", "--quiet", "--no-compile", "--no-deps", "--target", place)
    run(*pip, *options, "--only-binary", ":all:", *locked(LOCK))
    # Built in a copy: a build may leave files behind.
    source = scratch / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    (source / "packaging").mkdir()
    shutil.copy(ROOT / "packaging/satchel.1", source / "packaging")
    for name in ("app", "ui", "resources"):
        shutil.copytree(ROOT / name, source / name, ignore=_NOT_INSTALLED)
    # Starters that name the environment, and Qt's tools.
    shutil.rmtree(place / "bin")
    # Pages on others' commands, beside which pip would not put ours.
    shutil.rmtree(place / "share", ignore_errors=True)
    run(*pip, *options, "--no-build-isolation", source)
    shutil.rmtree(place / "bin")
    # They tell of the installation by pip: of this computer, and of files that are gone.
    for name in ("direct_url.json", "REQUESTED", "INSTALLER", "RECORD"):
        for path in place.glob(f"*.dist-info/{name}"):
            path.unlink()
    _trim_qt(place / "PySide6", _modules(ROOT / "ui"))


def _modules(directory: Path) -> set[str]:
    """The modules of PySide6 that the Python files below ``directory`` import."""
    modules = set()
    for path in directory.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            modules |= {name.split(".")[1] for name in names if name.startswith("PySide6.")}
    return modules


def _trim_qt(package: Path, modules: Iterable[str]) -> None:
    kept = set(_matching(package, _SUPPORT))
    roots = {package / f"{module}.abi3.so" for module in modules}
    roots |= set(_matching(package / "Qt/plugins", _PLUGINS))
    roots |= set(package.glob("libpyside6.abi3.so*"))
    kept |= _with_libraries(roots, package)
    for path in sorted(package.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path not in kept:
            path.unlink()


def _matching(directory: Path, patterns: Iterable[str]) -> Iterator[Path]:
    for pattern in patterns:
        matches = list(directory.glob(pattern))
        if not matches:
            raise SystemExit(f"Qt's wheel is not as it was: there is no {pattern} in {directory}.")
        yield from matches


def _with_libraries(roots: Iterable[Path], package: Path) -> set[Path]:
    """These files and the libraries in ``package`` that they need, as the loader finds them."""
    files = set()
    for root in roots:
        files.add(root)
        listed = subprocess.run(["ldd", root], check=True, capture_output=True, text=True)
        for line in listed.stdout.splitlines():
            _, arrow, rest = line.partition(" => ")
            library = Path(rest.split(" (")[0]) if arrow else package.parent
            if library.is_file():
                library = library.resolve()
                if library.is_relative_to(package):
                    files.add(library)
    return files
