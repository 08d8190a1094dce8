"""A repository's ``config`` as it lies there, or why there is none that Satchel can use."""

from __future__ import annotations

import errno

from app.errors import StickDamagedError
from app.fs.nodes import LeadsOutsideError, NotRegularError
from app.fs.root import Root
from app.message import Message, message_of
from app.ostree.config import ConfigError, RepositoryConfig
from app.remedy import Remedy

_MAX_CONFIG_SIZE = 1024 * 1024
_NOTHING = b"\0 \t\r\n"
"""What a file has where a file system lost its content."""


class RepositoryInvalidError(StickDamagedError):
    """There is no repository, or not one that Satchel can use."""


def read_config(root: Root) -> RepositoryConfig:
    """Raises `RepositoryInvalidError` for one that no client can read, and OSError."""
    path = root.shown()
    try:
        data = root.read("config", _MAX_CONFIG_SIZE)
        if not data.strip(_NOTHING):
            raise ConfigError(Message("it is empty"))
        return RepositoryConfig.parse(data)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise RepositoryInvalidError(
            Message("There is no OSTree repository at {path}.", path=path),
            Remedy.MAKE_FIRST,
        ) from error
    except (LeadsOutsideError, NotRegularError) as error:
        raise RepositoryInvalidError(
            Message(
                "There is no OSTree repository at {path}, but something that Satchel does "
                "not follow or read: {reason}.",
                path=path,
                reason=error.strerror,
            ),
            Remedy.DO_NOT_TRUST_MOVE_ASIDE,
        ) from error
    except (OSError, ConfigError) as error:
        if isinstance(error, OSError) and error.errno not in {errno.EFBIG, errno.EINVAL}:
            raise
        broken = isinstance(error, ConfigError)
        reason = message_of(error) if broken else Message("it is too large")
        raise RepositoryInvalidError(
            Message(
                "The repository's config at {path} is not one that clients open: {reason}.",
                path=path,
                reason=reason,
            ),
            Remedy.REPAIR,
        ) from error


def has_config(root: Root) -> bool:
    try:
        read_config(root)
    except RepositoryInvalidError:
        return False
    return True
