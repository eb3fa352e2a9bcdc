"""Claims on files that docxtpl 0.20.2 leaves broken or half filled, and ours."""

import zipfile
from io import BytesIO
from pathlib import Path

from mailroom.errors import TemplateError
from tests.oracle.canonical import W, body
from tests.oracle.twins import ours, theirs
from tests.oracle.word import (
    Word,
    cell,
    lines,
    paragraph,
    row,
    run,
    table,
)


def test_an_empty_loop_leaves_a_cell_that_word_cannot_read_in_docxtpl(
    tmp_path: Path,
) -> None:
    loop = cell("{%p for x in xs %}", "{{ x }}", "{%p endfor %}")
    word, fields = Word(body=table(row(loop, "b"), columns=2)), {"xs": ()}

    def first(docx: bytes) -> int:
        return len(body(docx).find(f".//{W}tc").findall(f"{W}p"))

    assert first(theirs(word, fields)) == 0
    assert first(ours(word, fields, tmp_path).docx) == 1


def test_a_table_without_rows_stays_in_docxtpl_and_goes_here(tmp_path: Path) -> None:
    rows = lines("{%tr for x in xs %}", "{{ x }}", "{%tr endfor %}", columns=1)
    word, fields = Word(body=rows + paragraph("x")), {"xs": ()}

    assert len(body(theirs(word, fields)).findall(f".//{W}tbl")) == 1
    assert body(ours(word, fields, tmp_path).docx).findall(f".//{W}tbl") == []


def test_no_two_bookmarks_share_a_number_or_a_name_here(tmp_path: Path) -> None:
    marked = (
        '<w:bookmarkStart w:id="3" w:name="here"/>', "{{ x }}",
        '<w:bookmarkEnd w:id="3"/>',
    )  # fmt: skip
    loop = paragraph("{%p for x in xs %}"), paragraph("{%p endfor %}")
    word = Word(body=paragraph(*marked).join(loop))
    fields = {"xs": ("a", "b", "c")}

    def marks(docx: bytes, edge: str, of: str = "id") -> list[str]:
        return [one.get(f"{W}{of}") for one in body(docx).iter(f"{W}bookmark{edge}")]

    assert marks(theirs(word, fields), "Start") == ["3", "3", "3"]
    docx = ours(word, fields, tmp_path).docx
    starts, names = marks(docx, "Start"), marks(docx, "Start", "name")
    assert "here" in names
    assert len(set(starts)) == len(set(names)) == len(starts)
    assert starts == marks(docx, "End")


def test_a_bookmark_within_a_cut_tag_is_kept_here(tmp_path: Path) -> None:
    mark = '<w:bookmarkStart w:id="3" w:name="here"/><w:bookmarkEnd w:id="3"/>'
    word = Word(body=paragraph(run("{{ na"), mark, run("me }}")))
    fields = {"name": "Ada"}

    def names(docx: bytes) -> list[str]:
        return [one.get(f"{W}name") for one in body(docx).iter(f"{W}bookmarkStart")]

    assert names(theirs(word, fields)) == []
    assert names(ours(word, fields, tmp_path).docx) == ["here"]


def test_a_links_target_is_filled_here(tmp_path: Path) -> None:
    linked = '<w:hyperlink r:id="rIdFar"><w:r><w:t>see</w:t></w:r></w:hyperlink>'
    word = Word(
        body=paragraph(linked),
        links={"rIdFar": "https://example.org/?q={{ a }}"},
    )

    def target(docx: bytes) -> str:
        with zipfile.ZipFile(BytesIO(docx)) as archive:
            return archive.read("word/_rels/document.xml.rels").decode()

    fields = {"a": "x&y"}
    assert "{{ a }}" in target(theirs(word, fields))
    assert "{{" not in target(ours(word, fields, tmp_path).docx)
    assert "example.org/?q=x" in target(ours(word, fields, tmp_path).docx)


def test_a_deleted_tag_does_not_put_its_value_into_the_history(tmp_path: Path) -> None:
    deleted = (
        '<w:del w:id="1" w:author="A"><w:r><w:delText>{{ a }}</w:delText></w:r></w:del>'
    )
    word, fields = Word(body=paragraph("x ", deleted)), {"a": "secret"}

    assert "secret" in "".join(body(theirs(word, fields)).itertext())
    try:
        said = "".join(body(ours(word, fields, tmp_path).docx).itertext())
    except TemplateError:
        said = ""
    assert "secret" not in said
