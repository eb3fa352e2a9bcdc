"""Finds tags that will be filled, though not as the person who typed them expects."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from docx.oxml.ns import qn

from mailroom.errors import Text, text
from mailroom.words.dialect import CLOSED_BY, ON_CELLS, straightened
from mailroom.words.lint.manuscript import Manuscript, Paragraph, Typed
from mailroom.words.lint.pairs import pairs_of
from mailroom.words.places import WordFault, fault
from mailroom.words.runs import Element

_INSERTED = (qn("w:ins"), qn("w:moveTo"))
_SECTION_END = f"{qn('w:pPr')}/{qn('w:sectPr')}"
_STEERS = frozenset((*CLOSED_BY, *CLOSED_BY.values(), "elif", "else", "set"))


def tagging(manuscript: Manuscript) -> Iterator[WordFault]:
    """Find tags with changing looks or curly quotes, and what steers nothing."""
    for paragraph in manuscript.paragraphs:
        for tag in paragraph.tags:
            yield from _in_tag(tag, paragraph, manuscript)
    for _, part in groupby(manuscript.paragraphs, lambda one: one.place.part):
        yield from _Steering(list(part), manuscript.file).faults()


def _in_tag(
    tag: Typed, paragraph: Paragraph, manuscript: Manuscript
) -> Iterator[WordFault]:
    source = tag.words.source
    runs = [
        piece.run
        for piece in paragraph.pieces
        if paragraph.words[
            max(tag.start, piece.start) : min(tag.end, piece.end)
        ].strip()
    ]
    if tag.words.sign == "{" and _looks(runs, paragraph, manuscript) > 1:
        reason = text(
            "the tag changes its look on the way, and the value has that of its first"
            " brace; select the whole tag and format it once"
        )
        yield _warning(manuscript.file, paragraph, "W051", reason, source)
    if any(next(run.iterancestors(*_INSERTED), None) is not None for run in runs):
        reason = text(
            "the tag is a tracked insertion, and so it would be in every letter;"
            " accept the change"
        )
        yield _warning(manuscript.file, paragraph, "W052", reason, source)
    if tag.words.sign != "#" and straightened(source) != source:
        reason = text("curly quotes inside a tag; write straight ones: ' or \"")
        yield _warning(manuscript.file, paragraph, "W059", reason, source)


def _looks(
    runs: Sequence[Element], paragraph: Paragraph, manuscript: Manuscript
) -> int:
    """Count the looks of some runs; what is not said and what is off look alike."""
    styles = manuscript.compiling.styles
    _, around = styles.of_paragraph(paragraph.element.find(qn("w:pPr")))
    looks = [styles.of_run(run.find(qn("w:rPr")), around) for run in runs]
    return len(
        {tuple(getattr(look, n) or None for n in look.__slots__) for look in looks}
    )


class _Steering:
    """The tags of one part that steer, each with the paragraph it stands in."""

    def __init__(self, paragraphs: list[Paragraph], file: str) -> None:
        self.paragraphs, self.file = paragraphs, file
        self.tags = [
            (at, tag)
            for at, paragraph in enumerate(paragraphs)
            for tag in paragraph.tags
            if tag.words.sign != "#"
        ]
        self.places = {id(tag): place for place, (_, tag) in enumerate(self.tags)}
        self.ends = pairs_of([tag.words.verb for _, tag in self.tags])

    def faults(self) -> Iterator[WordFault]:
        empty = {opening for opening in self.ends if self._is_empty(opening)}
        told = {self.tags[opening][0] for opening in empty}
        for opening in sorted(empty):
            reason = text("nothing stands between this and its end")
            yield self._warning(opening, "W057", reason)
        for opening, end in sorted(self.ends.items()):
            if self._closes(opening, end):
                yield from self._sections(opening, end)
        for at, paragraph in enumerate(self.paragraphs):
            tag = self._leaves_nothing(at)
            if tag is not None and at not in told and not paragraph.is_alone:
                reason = text(
                    "this leaves an empty paragraph behind; write {%p …%}, alone in"
                    " its paragraph, and the paragraph goes with it"
                )
                yield _warning(self.file, paragraph, "W058", reason, tag.words.source)

    def _warning(self, place: int, code: str, reason: Text) -> WordFault:
        at, tag = self.tags[place]
        return _warning(self.file, self.paragraphs[at], code, reason, tag.words.source)

    def _closes(self, opening: int, end: int) -> bool:
        """Ask whether this end is the opening's own."""
        if end == len(self.tags):
            return False
        verb = self.tags[opening][1].words.verb
        return self.tags[end][1].words.verb == CLOSED_BY[verb]

    def _is_empty(self, opening: int) -> bool:
        """Ask whether the end follows the opening at once."""
        end = self.ends[opening]
        if end != opening + 1 or not self._closes(opening, end):
            return False
        (first, tag), (last, ending) = self.tags[opening], self.tags[end]
        begins, ends = self.paragraphs[first], self.paragraphs[last]
        if begins.shows_more or ends.shows_more:
            return False
        if first == last:
            return not begins.words[tag.end : ending.start].strip()
        rest = begins.words[tag.end :] + ends.words[: ending.start]
        return last == first + 1 and not rest.strip()

    def _sections(self, opening: int, end: int) -> Iterator[WordFault]:
        """Find the first section that ends in a loop or branch.

        The paragraph of a {%p …%} that ends one is an error of its own.
        """
        first, last = self.tags[opening][0], self.tags[end][0]
        inside = self.paragraphs[first + 1 : last]
        if not any(one.element.find(_SECTION_END) is not None for one in inside):
            return
        if self.tags[opening][1].words.verb == "for":
            reason = text(
                "a section ends in what this repeats: each turn begins a new one;"
                " move the section break out of the loop"
            )
        else:
            reason = text(
                "a section ends in what this may leave out, and its page format with"
                " it; move the section break out of the branch"
            )
        yield self._warning(opening, "W054", reason)

    def _leaves_nothing(self, at: int) -> Typed | None:
        """Return the tag for which the paragraph may have no word left."""
        paragraph = self.paragraphs[at]
        tags = [tag for tag in paragraph.tags if tag.words.sign != "#"]
        if not tags or paragraph.shows_more or _joins(tags):
            return None
        first, last = tags[0], tags[-1]
        if any(
            t.words.verb in ON_CELLS or t.words.verb == "restart_list" for t in tags
        ):
            return None
        before, after = paragraph.shown[: first.start], paragraph.shown[last.end :]
        if _is_word(before + after) or first.words.level in {"p", "tr", "tc"}:
            return None
        if not _is_word(paragraph.shown):
            return first if first.words.verb in _STEERS else None
        place = self.places[id(first)]
        end = self.ends.get(place, len(self.tags))
        whole = end < len(self.tags) and self.tags[end][1] is last
        middle = [tag for p, tag in self.tags[place + 1 : end] if p == at]
        otherwise = any(tag.words.verb == "else" for tag in middle)
        return first if whole and not otherwise else None


def _joins(tags: Sequence[Typed]) -> bool:
    """Ask whether the paragraph is joined with another by `-%}` or `{%-`."""
    return tags[-1].words.trims_after or tags[0].words.trims_before


def _is_word(shown: str) -> bool:
    return bool(shown.replace("\0", "").strip())


def _warning(
    file: str, paragraph: Paragraph, code: str, reason: Text, near: str
) -> WordFault:
    return fault(file, paragraph.place, code, reason, near, severity="warning")
