"""How a remote is reached: what a computer's configuration says beside its address.

Keys: ``ostree.repo-config(5)``. What Satchel cannot do as libostree does makes the remote one that
is left out, with the reason: reached in another way it would be another remote.
"""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from app.discreet import Discreet
from app.errors import UsageError
from app.formats.keyfile import Keyfile
from app.message import Message
from app.ostree.pull.fetch import Network, is_web_address
from app.replacing import replace

_MOST_SAID = 200
_TOKEN = "pkcs11:"


class UnreachableRemoteError(UsageError):
    """A remote can only be reached in a way that Satchel does not know."""


class Access(Discreet, Struct, frozen=True):
    """What is said beside the address; all empty: nothing.

    Attributes:
        proxy, content_url: addresses that may hold secrets; ``content_url`` has the objects.
        authorities: file of the certificate authorities to trust instead of the system's.
        certificate, certificate_key: files of a client's certificate.
        permissive: any certificate of a server will do.
        http2: whether to speak it.
        cookies: file of cookies to send.
    """

    UNSHOWN = frozenset({"proxy", "content_url"})

    proxy: str = ""
    content_url: str = ""
    authorities: str = ""
    certificate: str = ""
    certificate_key: str = ""
    permissive: bool = False
    http2: bool = True
    cookies: str = ""

    @classmethod
    def read(cls, keyfile: Keyfile, group: str, cookies: Path) -> Access:
        """What a group of ``repo/config`` says. ``cookies``: where libostree keeps a remote's.

        Raises `UnreachableRemoteError`, KeyfileError.
        """

        def text(key: str) -> str:
            return (keyfile.string(group, key) or "").strip()

        for key, meaning in (
            ("unconfigured-state", Message("it is not set up")),
            ("custom-backend", Message("it has to be fetched by another program")),
            ("metalink", Message("it is reached by a metalink")),
        ):
            if text(key):
                raise UnreachableRemoteError(
                    Message(
                        "{meaning} ({key}: {value})",
                        meaning=meaning,
                        key=key,
                        value=text(key)[:_MOST_SAID],
                    )
                )
        certificate, key_file = text("tls-client-cert-path"), text("tls-client-key-path")
        if bool(certificate) != bool(key_file):
            raise UnreachableRemoteError(
                Message("of tls-client-cert-path and tls-client-key-path it has only one")
            )
        if certificate.startswith(_TOKEN) or key_file.startswith(_TOKEN):
            raise UnreachableRemoteError(
                Message("its certificate is on a security token (PKCS #11)")
            )
        content = text("contenturl")
        if content and not is_web_address(content):
            raise UnreachableRemoteError(
                Message(
                    "its objects are at an address that Satchel cannot read (contenturl: "
                    "{content})",
                    content=content,
                )
            )
        return cls(
            proxy=text("proxy"),
            content_url=content,
            authorities=text("tls-ca-path"),
            certificate=certificate,
            certificate_key=key_file,
            permissive=keyfile.boolean(group, "tls-permissive"),
            http2=keyfile.boolean(group, "http2", True),
            cookies=str(cookies) if cookies.is_file() else "",
        )

    def network(self, network: Network) -> Network:
        """``network`` with what is said here."""
        return replace(
            network,
            proxy=self.proxy or network.proxy,
            ca_bundle=self.authorities or network.ca_bundle,
            certificate=self.certificate,
            certificate_key=self.certificate_key,
            verify=not self.permissive,
            http2=self.http2,
            cookies=self.cookies,
        )


DIRECTLY = Access()
"""Nothing is said."""
