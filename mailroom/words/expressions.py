"""Compiles what stands between the braces of a tag, to run in a sandbox."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from jinja2 import ChainableUndefined, nodes
from jinja2.environment import Template as Compiled
from jinja2.exceptions import SecurityError, TemplateAssertionError, TemplateSyntaxError
from jinja2.exceptions import TemplateError as JinjaError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mailroom.errors import Text, text
from mailroom.words.filters import FILTERS

# Jinja's own filters that neither make markup nor swell a word to any size.
PLAIN_FILTERS = (
    "abs",
    "capitalize",
    "count",
    "d",
    "default",
    "first",
    "float",
    "int",
    "join",
    "last",
    "length",
    "lower",
    "round",
    "sort",
    "sum",
    "title",
    "trim",
    "unique",
    "upper",
)
LARGEST_FACTOR = 10**12

_Kind = TypeVar("_Kind", bound=nodes.Expr)


class Missing(ChainableUndefined):
    """A field that has no value: it may be asked after, never be printed."""

    __slots__ = ()

    def _refuse(self, *_: object) -> NoReturn:
        self._fail_with_undefined_error()
        raise AssertionError  # the line above always raises

    __str__ = __iter__ = __len__ = _refuse


def name_of(missing: Missing) -> str:
    """Return the name that has no value; "" where it is not known.

    No attribute of Missing: in a tag `x.name` must not find it.
    """
    return missing._undefined_name or ""  # noqa: SLF001  Jinja has no public name


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox without calls, markup, nor ways to make a word enormous."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=Missing)
        self.globals.clear()
        self.tests = dict(self.tests)
        self.filters = {name: self.filters[name] for name in PLAIN_FILTERS}
        self.filters.update(FILTERS)

    def call_binop(
        self,
        context: Any,  # noqa: ANN401  as Jinja declares it
        operator: str,
        left: Any,  # noqa: ANN401
        right: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Allow `*` and `%` between moderate numbers; a long word is a long letter."""
        small = all(
            isinstance(side, int | float) and abs(side) <= LARGEST_FACTOR
            for side in (left, right)
        )
        if operator == "**" or not small:
            raise SecurityError(f"{operator} is for moderate numbers")
        return super().call_binop(context, operator, left, right)


SANDBOX = Sandbox()


class TagError(Exception):
    """A tag cannot be read; `reason` says why."""

    def __init__(self, reason: Text) -> None:
        self.reason = reason
        super().__init__(str(reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """A compiled expression; safe to share between threads."""

    source: str
    names: tuple[str, ...]  # what it takes from the fields, in order of appearance
    blank_is_meant: bool  # the tag itself writes "" for what is missing
    _compiled: Compiled

    def value(self, fields: Mapping[str, object]) -> object:
        """Return what it comes to; a Missing where a value it needs is missing.

        Raises what Jinja and Python raise for values that do not fit together.
        """
        context = self._compiled.new_context(dict(fields))
        for _ in self._compiled.root_render_func(context):
            pass
        return context.vars["result"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopHead:
    """What `for … in …` says."""

    targets: tuple[str, ...]
    over: Expression


def read_fill(tag: str) -> Expression:
    """Compile `{{ … }}`, given with its braces. Raises TagError."""
    for output in _parse(tag, tag):
        if isinstance(output, nodes.Output) and len(output.nodes) == 1:
            return _compile(output.nodes[0], tag)
    raise TagError(text("the tag is empty"))


def read_condition(condition: str) -> Expression:
    """Compile the condition of an `if` or `elif`. Raises TagError."""
    (branch,) = _parse("{% if " + condition + " %}{% endif %}", condition)
    if not isinstance(branch, nodes.If):
        raise TagError(text("this is no condition"))
    return _compile(branch.test, condition)


def read_loop(head: str) -> LoopHead:
    """Compile `x in xs`, the head of a `for`. Raises TagError."""
    (loop,) = _parse("{% for " + head + " %}{% endfor %}", head)
    if not isinstance(loop, nodes.For) or loop.test or loop.recursive or loop.else_:
        raise TagError(text("write the loop as “for x in list”, without more"))
    target = loop.target
    names = target.items if isinstance(target, nodes.Tuple) else [target]
    targets = tuple(name.name for name in names if isinstance(name, nodes.Name))
    if len(targets) != len(names):
        raise TagError(text("write the loop as “for x in list”, without more"))
    return LoopHead(targets=targets, over=_compile(loop.iter, head))


def _parse(source: str, shown: str) -> list[nodes.Node]:
    try:
        return SANDBOX.parse(source).body
    except (TemplateSyntaxError, TemplateAssertionError) as error:
        if any(mark in shown for mark in "“”‘’"):
            raise TagError(
                text("curly quotes inside a tag; write straight ones: ' or \"")
            ) from error
        if any(mark in shown for mark in "｜（），．＝"):
            raise TagError(
                text("full-width signs inside a tag; write | ( ) , . = half-width")
            ) from error
        raise TagError(
            text("the tag cannot be read: {why}", why=error.message or "")
        ) from error


def _compile(inner: nodes.Node, source: str) -> Expression:
    if next(_every(inner, nodes.Call), None):
        raise TagError(text("a tag calls nothing; use a filter, as in amount|money"))
    for used in _every(inner, nodes.Filter):
        if used.name not in SANDBOX.filters:
            raise TagError(
                text(
                    "there is no filter “{name}”; there are {known}",
                    name=used.name,
                    known=", ".join(sorted(SANDBOX.filters)),
                )
            )
    if not isinstance(inner, nodes.Expr):
        raise TagError(text("the tag is empty"))
    result = nodes.Name("result", "store", lineno=1)
    assigned = nodes.Template([nodes.Assign(result, inner, lineno=1)], lineno=1)
    assigned.set_environment(SANDBOX)
    try:
        compiled = SANDBOX.from_string(assigned)
    except JinjaError as error:
        raise TagError(
            text("the tag cannot be read: {why}", why=error.message or "")
        ) from error
    return Expression(
        source=source,
        names=tuple(dict.fromkeys(name.name for name in _every(inner, nodes.Name))),
        blank_is_meant=any(c.value == "" for c in _every(inner, nodes.Const)),
        _compiled=compiled,
    )


def _every(inner: nodes.Node, kind: type[_Kind]) -> Iterator[_Kind]:
    """Return every part of one kind, the whole among them, in order."""
    if isinstance(inner, kind):
        yield inner
    yield from inner.find_all(kind)
