"""Templates, one for each feature of tables and of the parts around the text."""

from tests.oracle.features_text import PEOPLE, Case, body
from tests.oracle.word import (
    Word,
    cell,
    lines,
    paragraph,
    paragraphs,
    row,
    run,
    table,
)

SHADED = '<w:shd w:val="clear" w:color="auto" w:fill="FFFFFF"/>'
ROWS = [{"label": "pens", "cols": ["1", "2", "3"]}, {"label": "ink", "cols": ["4"] * 3}]

TABLES = {
    "rows in a loop": body(
        lines(
            "Name | Role",
            "{%tr for x in xs %} | ",
            "{{ x.name }} | {{ x.role }}",
            "{%tr endfor %} | ",
            "End | {{ xs|length }}",
            columns=2,
        ),
        xs=PEOPLE,
    ),
    "a row that is kept, one that is not": body(
        lines(
            "{%tr if a %}", "one", "{%tr endif %}", "{%tr if not a %}", "two",
            "{%tr endif %}", columns=1,
        ), a=1,
    ),
    "rows in two loops": body(
        lines(
            "{%tr for x in xs %}", "{{ x.label }}", "{%tr for y in x.cols %}",
            "{{ loop.index }} {{ y }}", "{%tr endfor %}", "{%tr endfor %}", columns=1,
        ), xs=ROWS,
    ),
    "a loop of paragraphs in a cell": body(
        table(
            row(cell("{%p for x in xs %}", "{{ x }}", "{%p endfor %}"), "b"), columns=2
        ), xs=["p", "q"],
    ),
    "paragraphs in a loop in rows in a loop": body(
        table(
            row("{%tr for x in xs %}", ""),
            row(
                "{{ loop.index }}. {{ x.label }}",
                cell("{%p for y in x.cols %}", "{{ y }}", "{%p endfor %}"),
            ),
            row("{%tr endfor %}", ""),
            columns=2,
        ), xs=ROWS,
    ),
    "a condition in a cell": body(
        lines(
            "{% if a %}x{% endif %} | {% for b in [1, 2] %}{{ b }}{% endfor %}",
            columns=2,
        ), a=1,
    ),
    "a loop of rows in a table in a cell": body(
        table(
            row(
                cell(
                    lines(
                        "{%tr for x in xs %}", "{{ x }}", "{%tr endfor %}", columns=1
                    ),
                    paragraph("after"),
                ), "b",
            ), columns=2,
        ), xs=["p", "q"],
    ),
    "columns in a loop": body(
        lines(
            "Label | {%tc for c in heads %} | {{ c }} | {%tc endfor %}",
            "{%tr for x in xs %} |  |  | ",
            "{{ x.label }} | {%tc for c in x.cols %} | {{ c }} | {%tc endfor %}",
            "{%tr endfor %} |  |  | ",
            columns=4,
        ), heads=["a", "b", "c"], xs=ROWS,
    ),
    "more columns than the grid has": body(
        lines("{%tc for c in cs %} | {{ c }} | {%tc endfor %}", columns=3),
        cs=list("abcdef"),
    ),
    "fewer columns than the grid has": body(
        lines("{%tc for c in cs %} | {{ c }} | {%tc endfor %} | x | y", columns=5),
        cs=["a"],
    ),
    "a comment in a row of its own": body(
        lines("a | b", "{#tr nobody #} | ", "c | d", columns=2)
    ),
    "a cell's colour": body(
        table(
            row("{%tr for x in xs %}", ""),
            row(cell("{% cellbg x.colour %}{{ x.name }}", props=SHADED), "b"),
            row("{%tr endfor %}", ""),
            columns=2,
        ),
        xs=[{"name": "red", "colour": "FF0000"}, {"name": "green", "colour": "00FF00"}],
    ),
    "a cell's colour that was not set": body(
        table(row(cell("{% cellbg a %}x"), "b"), columns=2), a="00FF00"
    ),
    "a cell over several columns": body(
        table(row(cell("{% colspan n %}wide"), "b"), row("1", "2", "3"), columns=3), n=2
    ),
    "cells joined downwards": body(
        lines(
            "{%tr for x in xs %} | ", "{% vm %}{{ title }} | {{ x }}",
            "{%tr endfor %} | ", columns=2,
        ), xs=["a", "b", "c"], title="All",
    ),
    "cells joined sideways": body(
        table(
            row("{%tc for x in xs %}", "{% hm %}{{ title }}", "{%tc endfor %}"),
            row("{%tc for x in xs %}", "{{ x }}", "{%tc endfor %}"),
            columns=3,
        ), xs=["a", "b", "c"], title="All",
    ),
    "wide cells joined sideways": body(
        table(
            row(
                "{%tc for x in xs %}",
                cell("{% hm %}{{ title }}", props='<w:gridSpan w:val="2"/>'),
                "{%tc endfor %}",
            ),
            columns=6,
        ), xs=["a", "b", "c"], title="All",
    ),
}  # fmt: skip

_TEXT_BOX = (
    '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline>'
    '<wp:extent cx="9" cy="9"/><wp:docPr id="7" name="Box"/><a:graphic><a:graphicData'
    ' uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
    "<wps:wsp><wps:txbx><w:txbxContent>{0}</w:txbxContent></wps:txbx></wps:wsp>"
    "</a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback>"
    '<w:pict><v:shape style="width:9pt"><v:textbox><w:txbxContent>{0}</w:txbxContent>'
    "</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)
_BLOCK = "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>"

PARTS = {
    "headers and footers of all kinds": Case(
        Word(
            body=paragraph("x"),
            headers={
                "default": paragraph("Page of {{ a }}"),
                "first": paragraph("{% if a %}First {{ a }}{% endif %}"),
                "even": lines("{{ a }} | b", columns=2) + paragraph("even"),
            },
            footers={
                "default": paragraph("{{ b.c }}"),
                "first": paragraphs("{%p for x in xs %}", "{{ x }}", "{%p endfor %}"),
            },
        ),
        {"a": "A & B", "b": {"c": "c"}, "xs": ["1", "2"]},
    ),
    "a header of the first of two sections": Case(
        Word(
            body='<w:p><w:pPr><w:sectPr><w:headerReference w:type="default"'
            ' r:id="rIdheaderfirst"/></w:sectPr></w:pPr><w:r><w:t>{{ a }}</w:t>'
            "</w:r></w:p>" + paragraph("{{ a }}"),
            headers={
                "first": paragraph("1 {{ a }}"),
                "default": paragraph("2 {{ a }}"),
            },
        ),
        {"a": "x"},
    ),
    "notes": Case(
        Word(
            body='<w:p><w:r><w:t>x</w:t></w:r><w:r><w:footnoteReference w:id="1"/>'
            "</w:r></w:p>",
            footnotes=(
                paragraph("Note {{ a }}"),
                paragraph("{% if b %}no{% endif %}y"),
            ),
        ),
        {"a": "A & B", "b": 0},
    ),
    "properties": Case(
        Word(
            body=paragraph("x"),
            properties={
                "dc:title": "Letter to {{ a }}",
                "dc:subject": "{% if b %}re {{ b }}{% endif %}",
                "dc:creator": "{{ b }}",
                "dc:description": "plain",
            },
        ),
        {"a": "Ada", "b": "x"},
    ),
    "a tag in a link's words": Case(
        Word(
            body='<w:p><w:hyperlink r:id="rIdFar"><w:r><w:t>see {{ a }}</w:t></w:r>'
            "</w:hyperlink></w:p>",
            links={"rIdFar": "https://example.org/"},
        ),
        {"a": "x"},
    ),
    "tags in a content control": body(
        _BLOCK.format(paragraph("{{ a }}"))
        + paragraph("x ", _BLOCK.format(run("{{ a }}")), " y"),
        a="v",
    ),
    "paragraphs in a loop in a content control": body(
        _BLOCK.format(paragraphs("{%p for x in xs %}", "{{ x }}", "{%p endfor %}")),
        xs=["1", "2"],
    ),
    "tags in a text box": body(
        paragraph("x", _TEXT_BOX.format(paragraph("box {{ a }}")), "{{ a }}"), a="v"
    ),
    "a tag in words that were put in later": body(
        paragraph(
            "x ", '<w:ins w:id="1" w:author="A">' + run("{{ a }}") + "</w:ins>", " y"
        ), a="v",
    ),
    "a tag in a simple field": body(
        paragraph(
            '<w:fldSimple w:instr=" TITLE ">' + run("{{ a }}") + "</w:fldSimple>"
        ),
        a="v",
    ),
    "what a picture shows, in words": body(
        paragraph("x", _TEXT_BOX.format(paragraph("y")).replace(
            'name="Box"', 'name="Box" descr="The {{ a }} of &quot;{{ b }}&quot;"'
        )), a="map", b='<"A" & Co>',
    ),
    "a tag in a field's instruction": body(
        paragraph(
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r>',
            '<w:r><w:instrText xml:space="preserve"> HYPERLINK "mailto:{{ a }}" '
            "</w:instrText></w:r>",
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>', run("write to {{ a }}"),
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
        ), a="ada@example.org",
    ),
    "a tag in a smart tag": body(
        paragraph('<w:smartTag w:element="p">' + run("{{ a }}") + "</w:smartTag>"),
        a="v",
    ),
    "line breaks and tabs around a tag": body(
        paragraph(
            "<w:r><w:t>a</w:t><w:br/><w:t>{{ a }}</w:t><w:tab/><w:t>{{ a }}</w:t></w:r>"
        ), a="v",
    ),
}  # fmt: skip

TABLES_AND_PARTS = TABLES | PARTS
