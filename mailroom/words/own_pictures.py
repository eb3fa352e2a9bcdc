"""Reads the pictures that the office's own templates show: its seal, its logo."""

from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType

from mailroom.errors import Fault, SettingsError, Text, text
from mailroom.settings import Settings
from mailroom.words.rich import Picture
from mailroom.words.word_pen import shown

LARGEST = 2_000_000  # bytes: every letter that shows it carries it


def read_pictures(settings: Settings, taken: Collection[str]) -> Mapping[str, Picture]:
    """Return the pictures of [pictures] by the fields that show them.

    `taken` are fields that templates have anyway. Raises SettingsError with every
    fault: a picture must lie in the folder of the settings file, or in one inside it.
    """
    pictures: dict[str, Picture] = {}
    faults: list[Fault] = []
    for name, own in settings.pictures.items():
        file = settings.home / own.file
        try:
            _must_be_free(name, taken)
            content = _content(file, settings.home)
            pictures[name] = _picture(content, own.width_mm, own.alt)
        except _UnfitError as error:
            wrong = text("the picture {name}: {reason}", name=name, reason=error.reason)
            faults.append(Fault(file=str(file), code=error.code, text=wrong))
    if faults:
        raise SettingsError(faults)
    return MappingProxyType(pictures)


class _UnfitError(Exception):
    """Why a picture cannot stand in a letter."""

    def __init__(self, code: str, reason: Text) -> None:
        self.code = code
        self.reason = reason
        super().__init__(str(reason))


def _must_be_free(name: str, taken: Collection[str]) -> None:
    if name in taken:
        wrong = text("every template has a field {name} already", name=name)
        raise _UnfitError("S020", wrong)


def _content(file: Path, home: Path) -> bytes:
    try:
        real = file.resolve(strict=True)  # a link may lead anywhere
        if not real.is_relative_to(home.resolve()):
            wrong = text("it must lie in the folder of the settings file")
            raise _UnfitError("S021", wrong)
        if not real.is_file():
            raise _UnfitError("S022", text("this is no file"))
        with real.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        why = getattr(error, "strerror", None) or type(error).__name__
        wrong = text("the file cannot be read: {why}", why=why)
        raise _UnfitError("S022", wrong) from error
    if len(content) > LARGEST:
        wrong = text("it has more than {most} bytes; save it smaller", most=LARGEST)
        raise _UnfitError("S023", wrong)
    return content


def _picture(content: bytes, width_mm: float | None, alt: str) -> Picture:
    picture = Picture(content, width_mm=width_mm, alt=alt)
    if shown(picture) is None:
        wrong = text("it is no PNG, JPEG or GIF picture that can be read")
        raise _UnfitError("S024", wrong)
    return picture
