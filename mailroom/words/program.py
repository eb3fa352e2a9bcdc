"""Compiles one writing of a part (Word, HTML or plain text) to run many times."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from types import TracebackType

from jinja2 import nodes
from jinja2.environment import Template as Compiled
from jinja2.visitor import NodeTransformer

from mailroom.words.names import Drawing, drawings_of
from mailroom.words.pens import MOST_CHARACTERS, Pen, Slot, TooLongError
from mailroom.words.runs import MARK
from mailroom.words.sandbox import PEN, SANDBOX
from mailroom.words.steering import IN_ATTRIBUTE, Tag

_TOKEN = re.compile(rf"<\?{MARK} (\d+)\?>|" + IN_ATTRIBUTE.format(r"(\d+)"))
_PIECES = 2_000  # are joined at a time, then counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One writing of one part; any number of threads may run it."""

    slots: tuple[Slot, ...]  # one for each line of the Jinja source
    drawings: tuple[Drawing, ...]
    _compiled: Compiled

    def run(self, fields: Mapping[str, object], pen: Pen) -> str:
        """Return the part, filled in. Raises TooLongError, and whatever tags raise."""
        context = self._compiled.new_context({**fields, PEN: pen})
        pen.slots = self.slots
        pieces = iter(self._compiled.root_render_func(context))
        written = "".join(islice(pieces, _PIECES))
        while more := "".join(islice(pieces, _PIECES)):
            written += more
            if len(written) > MOST_CHARACTERS:
                break
        if len(written) > MOST_CHARACTERS:
            raise TooLongError
        return written

    def slot_of(self, trace: TracebackType | None) -> Slot | None:
        """Return the slot of the tag in which an error was raised."""
        name = self._compiled.root_render_func.__code__.co_filename
        found = None
        while trace is not None:
            code = trace.tb_frame.f_code
            if code.co_filename == name and "environment" in trace.tb_frame.f_globals:
                found = self._compiled.get_corresponding_lineno(trace.tb_lineno)
            trace = trace.tb_next
        if found is None or not 0 < found <= len(self.slots):
            return None
        return self.slots[found - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What Jinja reads of a writing, with the tag of each of its lines."""

    tree: nodes.Template
    tags: tuple[int, ...]  # numbers, by line


def read_source(source: str, tags: Sequence[Tag]) -> Source:
    """Read a source in which `<?mailroom N?>` stands for tag N of the list.

    Every tag gets a line of its own in what Jinja reads, so that the line of an error
    is its tag. Raises jinja2.TemplateSyntaxError where Jinja cannot read it.
    """
    used: list[int] = []

    def as_jinja(found: re.Match[str]) -> str:
        number = int(found[1] or found[2])
        used.append(number)
        tag = tags[number]
        # The space keeps a minus sign from being read as a trim.
        if tag.kind == "steer":
            return f"\x01% {tag.jinja}\n%\x01"
        return f"\x01{{ {tag.jinja}\n}}\x01"

    tree = SANDBOX.parse(_TOKEN.sub(as_jinja, source))
    return Source(tree=tree, tags=tuple(used))


def compile_source(source: Source, slot_of: Callable[[int], Slot]) -> Program:
    """Compile a source that was read; `slot_of` tells the slot of a tag."""
    drawings = tuple(drawings_of(source.tree))
    names = {one.line: one.names for one in drawings if one.manner != "condition"}
    blanks = {one.line for one in drawings if one.blank}
    slots = tuple(
        slot_of(number).drawing_on(names.get(line, ()), blank=line in blanks)
        for line, number in enumerate(source.tags, 1)
    )
    _Rewriting().visit(source.tree)
    compiled = SANDBOX.from_string(source.tree)
    return Program(slots=slots, drawings=drawings, _compiled=compiled)


class _Rewriting(NodeTransformer):
    """Leads every value through the pen that writes it, every list past its count."""

    def visit_TemplateData(self, node: nodes.TemplateData) -> nodes.Node:  # noqa: N802
        return node

    visit_Name = visit_Const = visit_TemplateData  # noqa: N815  nothing is inside

    def visit_Output(self, node: nodes.Output) -> nodes.Output:  # noqa: N802
        self.generic_visit(node)
        node.nodes = [
            child
            if isinstance(child, nodes.TemplateData)
            else _filtered(child, "mr_fill", child.lineno - 1)
            for child in node.nodes
        ]
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Call:  # noqa: N802
        """Find methods where they are called; elsewhere a name means an entry."""
        self.generic_visit(node)
        called = node.node
        if isinstance(called, nodes.Getattr):
            name = nodes.Const(called.attr, lineno=called.lineno)
            found = nodes.Getitem(called.node, name, "load", lineno=called.lineno)
            name.environment = found.environment = SANDBOX
            node.node = found
        return node

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802
        self.generic_visit(node)
        node.iter = _filtered(node.iter, "mr_list", node.lineno - 1)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Expr:  # noqa: N802
        self.generic_visit(node)
        pieces = nodes.List(node.nodes, lineno=node.lineno)
        pieces.environment = SANDBOX
        return _filtered(pieces, "mr_concat")

    def visit_CondExpr(self, node: nodes.CondExpr) -> nodes.CondExpr:  # noqa: N802
        self.generic_visit(node)
        if node.expr2 is None:
            node.expr2 = nodes.Const("", lineno=node.lineno)
            node.expr2.environment = SANDBOX
        return node


def _filtered(inner: nodes.Node, name: str, *arguments: object) -> nodes.Filter:
    line = inner.lineno
    constants = [nodes.Const(value, lineno=line) for value in arguments]
    made = nodes.Filter(inner, name, constants, [], None, None, lineno=line)
    for node in (made, *constants):
        node.environment = SANDBOX
    return made
