"""Keeps back the reading of a value until somebody asks for it, and reads it once."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from functools import cached_property as lazily
else:

    class lazily:  # noqa: N801  a decorator, as `property`
        """`functools.cached_property`, which takes a lock each time before 3.12.

        A message is read by one thread, and has some twenty such values.
        """

        def __init__(self, read: Callable[[Any], Any]) -> None:
            self._read = read
            self._name = read.__name__
            self.__doc__ = read.__doc__

        def __get__(self, owner: object, kind: type | None = None) -> object:
            if owner is None:
                return self
            value = owner.__dict__[self._name] = self._read(owner)
            return value


__all__ = ["lazily"]
