"""Which licences let everybody use, study, share and improve an app."""

from __future__ import annotations

import re
from functools import cache

_VERSION = r"-\d+(?:\.\d+)*[a-z]?"


@cache
def _free_licenses() -> re.Pattern[str]:
    # Few commands ask for licences, and it is large.
    return re.compile(
        # Every version is approved by the OSI or the FSF.
        rf"(?:(?:AFL|AGPL|Apache|Artistic|CDDL|CECILL|CPAL|CPL|ECL|EFL|EPL|EUPL|GFDL|GPL|LGPL|LPPL"
        rf"|MPL|OFL|OSL|PHP|PSF|Python|QPL|RPL|UPL|ZPL){_VERSION}(?:\+|-only|-or-later)?"
        r"|0BSD|BSD-[1-4]-Clause(?:-\w+)?|BlueOak-1\.0\.0|BSL-1\.0|CC0-1\.0|CC-BY(?:-SA)?-4\.0"
        r"|CECILL-[BC]|ClArtistic|curl|Fair|FSFAP|FTL|gnuplot|HPND|IJG|Imlib2|Intel|ISC"
        r"|libpng-2\.0|MirOS|MIT|MIT-0|MS-[PR]L|MulanPSL-2\.0|NCSA|NTP|ODbL-1\.0|OpenSSL|PostgreSQL"
        r"|Ruby|SGI-B-2\.0|Sleepycat|Unicode-3\.0|Unicode-DFS-201[56]|Unlicense|Vim|W3C|WTFPL|X11"
        r"|xinetd|Zend-2\.0|Zlib|LicenseRef-free(?:=.*)?|LicenseRef-public-domain(?:=.*)?)",
        re.IGNORECASE,
    )


def is_free_license(expression: str) -> bool:
    """Does an SPDX expression allow use as free software? What is unknown counts as not free."""
    outer: list[tuple[bool, bool]] = []
    either, all_of = False, True
    operand = True
    exception = False
    for token in re.findall(r"[()]|[^\s()]+", expression):
        word = token.upper()
        if exception:
            # Exceptions only ever permit more.
            exception = False
        elif operand and token == "(":
            outer.append((either, all_of))
            either, all_of = False, True
        elif operand:
            all_of = all_of and _free_licenses().fullmatch(token) is not None
            operand = False
        elif token == ")" and outer:
            inner = either or all_of
            either, all_of = outer.pop()
            all_of = all_of and inner
        elif word == "AND":
            operand = True
        elif word == "OR":
            either, all_of = either or all_of, True
            operand = True
        elif word == "WITH":
            exception = True
        else:
            return False
    return not (operand or exception or outer) and (either or all_of)
