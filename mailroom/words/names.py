"""Tells which fields a template draws on, tag by tag."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from jinja2 import nodes

from mailroom.words.sandbox import SANDBOX

Manner = Literal["text", "list", "condition"]
Scope = dict[str, tuple[str, ...]]

_Kind = TypeVar("_Kind", bound=nodes.Node)


@dataclass(frozen=True, slots=True)
class Drawing:
    """One tag's use of fields; a list's entries are named as the list is."""

    line: int  # of the Jinja source
    manner: Manner
    names: tuple[str, ...]  # "room", "invoice.no", in order of appearance
    blank: bool = False  # whether the tag itself writes nothing: `{{ a or '' }}`


def drawings_of(tree: nodes.Template) -> Iterator[Drawing]:
    """Yield what each tag draws on, through the names that loops and sets give."""
    yield from _in_body(tree.body, {})


def _in_body(body: list[nodes.Node], scope: Scope) -> Iterator[Drawing]:
    for node in body:
        if isinstance(node, nodes.Output):
            for child in node.nodes:
                if not isinstance(child, nodes.TemplateData):
                    names, blank = names_of(child, scope), _may_be_blank(child)
                    yield Drawing(child.lineno, "text", names, blank)
        elif isinstance(node, nodes.For):
            yield from _in_loop(node, scope)
        elif isinstance(node, nodes.If):
            yield Drawing(node.lineno, "condition", names_of(node.test, scope))
            yield from _in_body(node.body, scope)
            yield from _in_body(list(node.elif_), scope)
            yield from _in_body(node.else_, scope)
        else:
            yield from _in_scope(node, scope)


def _in_scope(node: nodes.Node, scope: Scope) -> Iterator[Drawing]:
    """Yield what a tag that gives names draws on; `scope` learns them."""
    if isinstance(node, nodes.Assign):
        names = names_of(node.node, scope)
        yield Drawing(node.lineno, "condition", names)
        scope.update((name, names) for name in _targets(node.target))
    elif isinstance(node, nodes.Macro):
        scope[node.name] = ()
        given = {name: () for arg in node.args for name in _targets(arg)}
        yield from _in_body(node.body, {**scope, **given})
    elif isinstance(node, nodes.With):
        inner = dict(scope)
        for target, value in zip(node.targets, node.values, strict=True):
            names = names_of(value, scope)
            yield Drawing(node.lineno, "condition", names)
            inner.update((name, names) for name in _targets(target))
        yield from _in_body(node.body, inner)


def _in_loop(loop: nodes.For, scope: Scope) -> Iterator[Drawing]:
    over = names_of(loop.iter, scope)
    yield Drawing(loop.lineno, "list", over)
    inner = {**scope, "loop": ()}
    inner.update((name, over[:1]) for name in _targets(loop.target))
    if loop.test is not None:
        yield Drawing(loop.lineno, "condition", names_of(loop.test, inner))
    yield from _in_body(loop.body, inner)
    yield from _in_body(loop.else_, scope)


def _targets(target: nodes.Node) -> list[str]:
    return [name.name for name in every(target, nodes.Name)]


def names_of(
    expression: nodes.Node, scope: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """Return the fields that an expression draws on, in order of appearance."""
    return tuple(dict.fromkeys(_names(expression, scope)))


def _names(node: nodes.Node, scope: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    if isinstance(node, nodes.Name):
        yield from scope.get(node.name, (node.name,))
    elif isinstance(node, nodes.Getattr):
        yield from (f"{name}.{node.attr}" for name in _names(node.node, scope))
    elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        named = isinstance(node.arg.value, str)
        for name in _names(node.node, scope):
            yield f"{name}.{node.arg.value}" if named else name
    elif isinstance(node, nodes.Call):
        called = node.node
        if isinstance(called, nodes.Getattr):
            yield from _names(called.node, scope)  # a method is no field
        elif not (isinstance(called, nodes.Name) and called.name in SANDBOX.globals):
            yield from _names(called, scope)
        for child in (*node.args, *node.kwargs):
            yield from _names(child, scope)
    else:
        for child in node.iter_child_nodes():
            yield from _names(child, scope)


def _may_be_blank(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Name | nodes.Getattr):
        return False
    return any(const.value == "" for const in every(node, nodes.Const)) or any(
        choice.expr2 is None for choice in every(node, nodes.CondExpr)
    )


def every(node: nodes.Node, kind: type[_Kind]) -> Iterator[_Kind]:
    """Yield every part of one kind, the whole among them, in order."""
    if isinstance(node, kind):
        yield node
    yield from node.find_all(kind)
