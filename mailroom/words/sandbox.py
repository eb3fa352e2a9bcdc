"""Keeps what a template may do within what a letter needs."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import wraps
from itertools import islice
from types import MappingProxyType
from typing import Any, Final

from jinja2 import ChainableUndefined, pass_context
from jinja2.exceptions import SecurityError, UndefinedError
from jinja2.filters import do_batch, do_round, sync_do_slice
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

from mailroom.words.filters import FILTERS

# Jinja's own filters that make no markup, read no attribute by a computed name,
# and cannot swell a word to any size.
PLAIN_FILTERS: Final = (
    *("abs", "batch", "capitalize", "count", "d", "default", "dictsort"),
    *("first", "float", "groupby", "int", "items", "join", "last", "length", "list"),
    *("lower", "map", "max", "min", "reject", "rejectattr", "replace", "reverse"),
    *("round", "select", "selectattr", "slice", "sort", "string", "sum", "title"),
    *("trim", "truncate", "unique", "upper", "wordcount"),
)
# What they may be given that is missing: they ask after it, or count it as nothing.
_ASK_AFTER: Final = {"d", "default"}
# The methods of plain values that a tag may call.
METHODS: Final[Mapping[type, frozenset[str]]] = MappingProxyType(
    {
        str: frozenset(
            (
                *("capitalize", "casefold", "count", "endswith", "find", "format"),
                *("index", "isalnum", "isalpha", "isdigit", "islower", "isnumeric"),
                *("isspace", "istitle", "isupper", "join", "lower", "lstrip"),
                *("partition", "removeprefix", "removesuffix", "replace", "rfind"),
                *("rpartition", "rsplit", "rstrip", "split", "splitlines"),
                *("startswith", "strip", "swapcase", "title", "upper"),
            )
        ),
        date: frozenset(
            ("isoformat", "isoweekday", "strftime", "weekday", "date", "time")
        ),
        MappingProxyType: frozenset(("get", "items", "keys", "values")),
        tuple: frozenset(("count", "index")),
        LoopContext: frozenset(("cycle", "changed", "__call__")),
    }
)
PEN: Final = "the pen"  # under this name, which no tag can say, a letter's pen is found
LARGEST_FACTOR: Final = 10**12
LONGEST: Final = 1_000_000  # characters of a word, or places of a list, made by a tag
MOST_TURNS: Final = 100_000  # of all loops of a letter together
MOST_PLACES: Final = 30  # of a rounded number
_WIDE: Final = re.compile(r"\d{3}")  # in a format: a width of hundreds and more
_NESTED: Final = re.compile(r"\{[^{}]*\{")  # a width that a value gives


class Written:
    """What a macro or a turn of a recursive loop wrote: it stands as it is.

    Its values went through a pen, so it may be written once more, and nothing else.
    """

    __slots__ = ("whole",)

    def __init__(self, whole: str) -> None:
        self.whole = whole

    def __bool__(self) -> bool:
        return bool(self.whole)

    def __str__(self) -> str:
        raise NoValueError


class NoValueError(Exception):
    """What a macro wrote is used as a value."""


class Missing(ChainableUndefined):
    """A field that has no value: what is made of it has none either.

    It may be asked after, compared, counted (as nothing); it is never printed.
    """

    __slots__ = ()

    def __iter__(self) -> Any:  # noqa: ANN401  as Jinja declares it
        """Hold nothing."""
        return iter(())

    def __len__(self) -> int:
        return 0

    def __contains__(self, _: object) -> bool:
        return False

    def _itself(self, *_: Any, **__: Any) -> Any:  # noqa: ANN401
        return self

    def _never(self, _: object) -> Any:  # noqa: ANN401
        return False

    # Jinja's class has all of these refuse; a letter shows one gap instead.
    # Its declaration is that they never return, hence `Any`.
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _itself
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = _itself
    __mod__ = __rmod__ = __pow__ = __rpow__ = __neg__ = __pos__ = _itself
    __call__ = _itself
    __lt__ = __le__ = __gt__ = __ge__ = _never

    def __str__(self) -> str:
        raise UndefinedError(self._undefined_message)


def name_of(missing: Missing) -> str:
    """Return the name that has no value; "" where it is not known.

    No attribute of Missing: in a tag `x.name` must not find it.
    """
    return missing._undefined_name or ""  # noqa: SLF001  Jinja has no public name


def _unless_missing(call: Callable[..., Any]) -> Callable[..., Any]:
    """Hand a missing value through a filter, so that it shows as a gap."""

    @wraps(call)
    def filtered(*values: Any, **named: Any) -> Any:  # noqa: ANN401  any filter
        for value in values:
            if isinstance(value, Missing):
                return value
        return call(*values, **named)

    return filtered


def _format(pattern: object, *values: object, **named: object) -> object:
    """Python's `%`, with widths that a letter may have."""
    return _percent(str(pattern), named or values)


def _percent(pattern: str, values: object) -> object:
    each = values if isinstance(values, tuple) else (values,)
    gap = next((value for value in each if isinstance(value, Missing)), None)
    if gap is not None:
        return gap
    if _WIDE.search(pattern) or "*" in pattern:
        raise SecurityError("a width of hundreds")
    return pattern % values


def _as_written(value: object) -> object:
    """Leave a value: everything is escaped once in any case."""
    return value


def _round(value: Any, precision: int = 0, method: Any = "common") -> object:  # noqa: ANN401
    """Round to places that a letter has; Jinja's own takes 10 to their power."""
    if abs(precision) > MOST_PLACES:
        raise SecurityError("a number of too many places")
    return do_round(value, precision, method)


def _in_portions(call: Callable[..., Any]) -> Callable[..., Any]:
    """Limit the number, or the length, of the lists that a list is cut into."""

    @wraps(call)
    def cut(values: Any, count: int, fill_with: Any = None) -> object:  # noqa: ANN401
        if not 0 < count <= MOST_TURNS:
            raise SecurityError("portions of too many")
        return call(values, count, fill_with)

    return cut


@pass_context
def turns(context: Context, *limits: int) -> range:
    """Python's range, no longer than a letter may have turns."""
    numbers = range(*limits)
    if len(numbers) > MOST_TURNS:
        raise SecurityError("a range of too many numbers")
    context.parent[PEN].count(len(numbers))
    return numbers


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox without markup, nor ways to make a word enormous."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def __init__(self) -> None:
        # \x01 can stand in no XML: whatever a template says is no sign of Jinja's.
        super().__init__(
            block_start_string="\x01%",
            block_end_string="%\x01",
            variable_start_string="\x01{",
            variable_end_string="}\x01",
            comment_start_string="\x01#",
            comment_end_string="#\x01",
            keep_trailing_newline=True,
            # Every value goes through a pen, which escapes it; twice would show.
            autoescape=False,
            undefined=Missing,
            cache_size=0,
            optimized=False,  # a tag is compiled once and holds few constants
        )
        plain = {name: self.filters[name] for name in PLAIN_FILTERS}
        self.globals.clear()
        self.globals.update(range=turns, namespace=Namespace)
        self.tests = dict(self.tests)
        self.filters = {
            name: call if name in _ASK_AFTER or _takes_context(call) else wrapped
            for name, call in {**plain, **FILTERS}.items()
            for wrapped in (_unless_missing(call),)
        }
        self.filters.update(
            e=_as_written, escape=_as_written, format=_format,
            join=_join, replace=_unless_missing(_replace),
            round=_unless_missing(_round),
            batch=_unless_missing(_in_portions(do_batch)),
            slice=_unless_missing(_in_portions(sync_do_slice)),
        )  # fmt: skip

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401  Jinja's
        """Find the entry of a mapping; a method, which is no value, is missing."""
        if obj.__class__ is MappingProxyType:
            try:
                return obj[attribute]
            except KeyError:
                return self.undefined(obj=obj, name=attribute)
        found = super().getattr(obj, attribute)
        if callable(found) and not isinstance(found, Missing | Macro | LoopContext):
            return self.undefined(obj=obj, name=attribute)
        return found

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ANN401
        """Allow the methods of plain values that make nothing enormous."""
        if obj in (turns, Namespace) or isinstance(obj, Missing | LoopContext | Macro):
            return True
        # Jinja's sandbox wraps str.format, so that it reaches no attribute.
        owner = getattr(getattr(obj, "__wrapped__", obj), "__self__", None)
        name = getattr(obj, "__name__", "")
        return any(
            isinstance(owner, kind) and name in names for kind, names in METHODS.items()
        )

    def call(
        self,
        context: Any,  # noqa: ANN401
        called: Any,  # noqa: ANN401
        /,
        *values: Any,  # noqa: ANN401
        **named: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Call what is safe to call; a word stays of a length that a letter has."""
        if isinstance(called, Missing):
            return called
        owner = getattr(getattr(called, "__wrapped__", called), "__self__", None)
        name = getattr(called, "__name__", "")
        if isinstance(owner, str):
            if name == "join" and values:  # some lists can be gone over only once
                values = (list(islice(values[0], MOST_TURNS)), *values[1:])
            _check_growth(owner, name, values)
        elif name == "strftime" and _WIDE.search(str(values)):
            raise SecurityError("a width of hundreds")
        if isinstance(called, Macro | LoopContext):
            context.parent[PEN].count(1)
            return Written(super().call(context, called, *values, **named))
        return super().call(context, called, *values, **named)

    def call_binop(
        self,
        context: Any,  # noqa: ANN401
        operator: str,
        left: Any,  # noqa: ANN401
        right: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Allow arithmetic of moderate numbers, and words of a moderate length."""
        if isinstance(left, Missing):
            return left
        if isinstance(right, Missing):
            return right
        if operator == "%" and isinstance(left, str):
            return _percent(left, right)
        if operator == "+" and not (_numeric(left) and _numeric(right)):
            if isinstance(left, Sequence) and isinstance(right, Sequence):
                _limit(len(left) + len(right))
                context.parent[PEN].grow(len(left) + len(right))
            elif not isinstance(left, date | timedelta):
                return super().call_binop(context, operator, left, right)
        elif operator == "*" and isinstance(left, Sequence) != isinstance(
            right, Sequence
        ):
            words, times = (
                (left, right) if isinstance(left, Sequence) else (right, left)
            )
            length = len(words) * times if isinstance(times, int) else 0
            _limit(length)
            context.parent[PEN].grow(max(0, length))
        elif operator == "**" or not (_moderate(left) and _moderate(right)):
            raise SecurityError(f"{operator} is for moderate numbers")
        return super().call_binop(context, operator, left, right)


def _takes_context(call: Callable[..., Any]) -> bool:
    return hasattr(call, "jinja_pass_arg")


def _numeric(value: object) -> bool:
    return isinstance(value, int | float | Decimal)


def _moderate(value: object) -> bool:
    if isinstance(value, Decimal):
        return abs(value) <= LARGEST_FACTOR
    return isinstance(value, int | float) and abs(value) <= LARGEST_FACTOR


def _limit(length: int) -> None:
    if length > LONGEST:
        raise SecurityError("too long for a letter")


def _check_growth(words: str, method: str, values: Sequence[object]) -> None:
    if method == "format":
        bare = words.replace("{{", "").replace("}}", "")
        if _WIDE.search(words) or _NESTED.search(bare):
            raise SecurityError("a width of hundreds")
    if method == "replace":
        _limit(len(words) * (1 + max((len(str(value)) for value in values), default=0)))
    if method == "join":
        inside = [
            str(one) for value in values if isinstance(value, Iterable) for one in value
        ]
        _limit(sum(map(len, inside)) + len(words) * len(inside))


def _replace(value: object, old: object, new: object, count: int = -1) -> str:
    words, new = str(value), str(new)
    _limit(len(words) * (1 + len(new)))
    return words.replace(str(old), new, count)


def _join(values: Any, between: object = "", attribute: str | None = None) -> object:  # noqa: ANN401
    """Put the values of a list in a row; a missing one is a gap as a whole."""
    if isinstance(values, Missing):
        return values
    each = list(islice(values, MOST_TURNS))
    if attribute is not None:
        each = [SANDBOX.getitem(one, attribute) for one in each]
    gap = next((one for one in each if isinstance(one, Missing)), None)
    if gap is not None:
        return gap
    words = [str(one) for one in each]
    between = str(between)
    _limit(sum(map(len, words)) + len(between) * len(words))
    return between.join(words)


SANDBOX = Sandbox()
