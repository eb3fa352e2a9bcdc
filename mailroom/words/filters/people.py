"""Joins names and writes the first line of a letter."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from mailroom.errors import text
from mailroom.words.filters.dates import cn_date, en_date
from mailroom.words.filters.facts import Filter, amount, short_words, written

_MOST = 500  # names in a row; a longer list belongs in a table

# What a title is in the other language; others stay in the language they have.
_TITLES = (
    ("先生", "Mr"),
    ("女士", "Ms"),
    ("太太", "Mrs"),
    ("小姐", "Miss"),
    ("博士", "Dr"),
    ("教授", "Professor"),
)
_CHINESE = {english.casefold(): chinese for chinese, english in _TITLES} | {
    "prof": "教授"
}
_ENGLISH = dict(_TITLES)
_HAN = re.compile(r"[\u3400-\u9fff]")
# One word, then given names; "Jane Smith, PhD" and "Acme, Inc." stand as they are.
_FAMILY_FIRST = re.compile(r"[^\W\d_][\w'’-]*, [^\W\d_][\w'’-]*(?: [^\W\d_][\w'’-]*)?")


def cn_list(value: object, part: object = "") -> object:
    """甲、乙和丙; with `part` that part of each, as `people|cn_list('name')`.

    A single value is handed back; None where one of them is empty, for a list with a
    hole would be a wrong letter.
    """
    return _joined(value, part, cn_date, ("、", "和"))


def en_list(value: object, part: object = "") -> object:
    """Ann, Bob and Eve; with `part` that part of each, as `people|en_list('name')`.

    A single value is handed back; None where one of them is empty.
    """
    return _joined(value, part, en_date, (", ", " and "))


def salutation_cn(name: object, title: object = "") -> object:
    """尊敬的王芳处长：; without a name 您好：. No title is ever guessed.

    `name` may be a list of names.
    """
    names = cn_list(name)
    if names == "":
        return "您好："
    who, title_words = short_words(names), short_words(title)
    if not who or not isinstance(title, str):
        return None
    called = _CHINESE.get(title_words.rstrip(".").casefold(), title_words)
    if called and who.endswith(called):
        called = ""
    return f"尊敬的{who}{called}："


def salutation_en(name: object, title: object = "") -> object:
    """Dear Ms Smith,; without a name Dear Sir or Madam,. No title is ever guessed.

    A name is used as it stands; of "Smith, Jane" comes Ms Smith where there is a
    title, else Jane Smith. A title that has no English word is left out. `name` may be
    a list of names.
    """
    names = en_list(name)
    if names == "":
        return "Dear Sir or Madam,"
    who, title_words = short_words(names), short_words(title)
    if not who or not isinstance(title, str):
        return None
    called = _ENGLISH.get(title_words, "" if _HAN.search(title_words) else title_words)
    if isinstance(name, str):
        family, _, given = who.partition(", ")
        if called:
            who = family
        elif _FAMILY_FIRST.fullmatch(who):
            who = f"{given} {family}"
    if who.casefold().startswith(f"{called.casefold()} "):
        called = ""
    return f"Dear {called} {who}," if called else f"Dear {who},"


def _joined(
    value: object,
    part: object,
    write_date: Callable[[object], object],
    joints: tuple[str, str],
) -> object:
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        return value
    if len(value) > _MOST:
        return value
    each = [_name(one, part, write_date) for one in value]
    if not all(each):
        return None
    comma, last = joints
    return last.join(filter(None, (comma.join(each[:-1]), *each[-1:])))


def _name(one: object, part: object, write_date: Callable[[object], object]) -> str:
    """Return one of a list in words; "" where it has none."""
    if isinstance(one, Mapping):
        one = one.get(part) if isinstance(part, str) else None
    if isinstance(one, date):
        return str(write_date(one))
    if isinstance(one, str):
        return one.strip()
    figure = amount(one)  # None for truth values, and for what is missing
    return "" if figure is None else written(figure)


PEOPLE = (
    Filter(
        cn_list,
        text("a list joined in Chinese; with a name, that part of each"),
        "['王芳', '李明', '张伟']|cn_list",
        "王芳、李明和张伟",
    ),
    Filter(
        en_list,
        text("a list joined in English; with a name, that part of each"),
        "['Ann', 'Bob', 'Eve']|en_list",
        "Ann, Bob and Eve",
    ),
    Filter(
        salutation_cn,
        text("the first line of a Chinese letter, from a name and its title"),
        "'王芳'|salutation_cn('处长')",
        "尊敬的王芳处长：",
    ),
    Filter(
        salutation_en,
        text("the first line of an English letter, from a name and its title"),
        "'Smith, Jane'|salutation_en('Ms')",
        "Dear Ms Smith,",
    ),
)
