"""A certificate for this computer, signed by itself."""

from __future__ import annotations

import subprocess
from pathlib import Path


def make_certificate(
    directory: Path, names: str = "IP:127.0.0.1", days: str = "30"
) -> tuple[Path, Path]:
    """The certificate and its key; ``names``: as openssl has them."""
    certificate, key = directory / "cert.pem", directory / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt"),
            *("ec_paramgen_curve:P-256", "-nodes", "-days", days, "-subj", "/CN=mirror"),
            *("-addext", f"subjectAltName={names}", "-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key
