"""Compiles one writing of a part (Word, HTML or plain text) to run many times."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from types import TracebackType

from jinja2 import nodes
from jinja2.environment import Template as Compiled
from jinja2.visitor import NodeTransformer

from mailroom.words.names import Drawing, drawings_of, every
from mailroom.words.pens import PEN, Pen, Slot
from mailroom.words.runs import MARK
from mailroom.words.sandbox import SANDBOX
from mailroom.words.steering import IN_ATTRIBUTE, Tag

MOST_CHARACTERS = 20_000_000  # of one part: some hundred pages of XML
_TOKEN = re.compile(rf"<\?{MARK} (\d+)\?>|" + IN_ATTRIBUTE.format(r"(\d+)"))
_PIECES = 2_000  # are joined at a time, then counted


class TooLongError(Exception):
    """A letter grows too long with these values."""


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


def compile_source(
    source: str, tags: Sequence[Tag], slot_of: Callable[[int], Slot]
) -> Program:
    """Compile a source in which `<?mailroom N?>` stands for tag N of the list.

    Every tag gets a line of its own in what Jinja reads, so that the line of an error
    is its tag. Raises jinja2.TemplateSyntaxError where tags do not fit together; tags
    that `dialect.check` and `structure` let pass do.
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

    jinja = _TOKEN.sub(as_jinja, source)
    tree = SANDBOX.parse(jinja)
    drawings = tuple(drawings_of(tree))
    names = {one.line: one.names for one in drawings if one.manner != "condition"}
    blanks = _blanks(tree)
    slots = tuple(
        slot_of(number).drawing_on(names.get(line, ()), blank=line in blanks)
        for line, number in enumerate(used, 1)
    )
    _Rewriting().visit(tree)
    tree.set_environment(SANDBOX)
    return Program(slots=slots, drawings=drawings, _compiled=SANDBOX.from_string(tree))


def _blanks(tree: nodes.Template) -> set[int]:
    """Return the lines of tags that write nothing on purpose: `{{ a or '' }}`."""
    found = set()
    for output in tree.find_all(nodes.Output):
        for child in output.nodes:
            if any(const.value == "" for const in every(child, nodes.Const)) or any(
                choice.expr2 is None for choice in every(child, nodes.CondExpr)
            ):
                found.add(child.lineno)
    return found


class _Rewriting(NodeTransformer):
    """Leads every value through the pen that writes it, every list past its count."""

    def visit_Output(self, node: nodes.Output) -> nodes.Output:  # noqa: N802
        self.generic_visit(node)
        node.nodes = [
            child
            if isinstance(child, nodes.TemplateData)
            else _filtered(child, "mr_fill", child.lineno - 1)
            for child in node.nodes
        ]
        return node

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802
        self.generic_visit(node)
        node.iter = _filtered(node.iter, "mr_list", node.lineno - 1)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Expr:  # noqa: N802
        self.generic_visit(node)
        pieces = nodes.List(node.nodes, lineno=node.lineno)
        return _filtered(pieces, "mr_concat")

    def visit_CondExpr(self, node: nodes.CondExpr) -> nodes.CondExpr:  # noqa: N802
        self.generic_visit(node)
        if node.expr2 is None:
            node.expr2 = nodes.Const("", lineno=node.lineno)
        return node


def _filtered(inner: nodes.Node, name: str, *arguments: object) -> nodes.Filter:
    line = inner.lineno
    constants = [nodes.Const(value, lineno=line) for value in arguments]
    return nodes.Filter(inner, name, constants, [], None, None, lineno=line)
