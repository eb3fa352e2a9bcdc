"""Builds official papers with python-docx, right or with one thing broken."""

from dataclasses import dataclass, field, replace
from io import BytesIO

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from mailroom.words.gongwen import Finding, check_gongwen
from tests.unit.word_files import blank

RED = "FF0000"
ALIGNS = {
    "left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT, "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}  # fmt: skip


@dataclass(frozen=True)
class Says:
    """One paragraph of the paper."""

    words: str
    font: str = "仿宋_GB2312"
    size: float = 16
    align: str = "left"
    first: float = 0  # characters
    left: float = 0
    right: float = 0
    color: str = ""
    spacing: float = -0.25  # points
    height: float = 28.95  # points, exact; 0: as Word likes
    borders: dict[str, tuple[str, float, str]] = field(
        default_factory=dict
    )  # side → kind, mm, colour
    then: tuple["Says", ...] = ()  # goes on in other letters


def prose(words: str, **changes: object) -> Says:
    return replace(Says(words, first=2, align="justify"), **changes)  # type: ignore[arg-type]


def record(words: str, **borders: tuple[str, float, str]) -> Says:
    return Says(words, size=14, spacing=0, left=1, right=1, borders=borders)


THICK, THIN = ("single", 0.35, "000000"), ("single", 0.25, "000000")

DOCUMENT = {
    "copy": Says("000012"),
    "secrecy": Says("秘密★1年", font="黑体"),
    "urgency": Says("特急", font="黑体"),
    "mark": Says(
        "江恒市人民政府文件", "方正小标宋简体", 42, "center", color=RED, spacing=0
    ),
    "number": Says(
        "江恒函〔2026〕12号", align="center", borders={"bottom": ("single", 0.7, RED)}
    ),
    "title": Says("关于做好防汛工作的通知", "方正小标宋简体", 22, "center", spacing=0),
    "to": Says("各区县人民政府："),
    "text": prose("为做好今年的防汛工作，现将有关事项通知如下。"),
    "one": prose("一、总体要求", font="黑体"),
    "two": prose("（一）工作目标", font="楷体_GB2312"),
    "three": prose("1.排查隐患。各单位于3月底前完成排查。"),
    "four": prose("（1）河道。逐段登记。"),
    "attached": prose("附件：1.防汛值班表"),
    "attached2": prose("2.物资清单", first=5),
    "issuer": Says("江恒市人民政府", align="right", right=4),
    "date": Says("2026年3月5日", align="right", right=4),
    "note": prose("（此件公开发布）"),
    "annex": Says("附件1", font="黑体"),
    "copies": record("抄送：市委办公室，市人大常委会办公室。", top=THICK),
    "issued": record("江恒市人民政府办公室\t2026年3月6日印发", top=THIN, bottom=THICK),
}  # fmt: skip
BEYOND = -7 / 25.4 * 72  # points: rules of 170 mm around a text of 156
LETTER = {
    "mark": Says(
        "江恒市人民政府", "方正小标宋简体", 42, "center", color=RED, spacing=0,
        left=BEYOND / 42, right=BEYOND / 42,
        borders={"bottom": ("thickThinSmallGap", 1.5, RED)},
    ),
    "number": Says("江恒函〔2026〕12号", align="right"),
    "title": Says("关于商请支援物资的函", "方正小标宋简体", 22, "center", spacing=0),
    "to": Says("临江市人民政府："),
    "text": prose("现商请支援编织袋五千条，请予函复。"),
    "issuer": Says("江恒市人民政府", align="right", right=4),
    "date": Says("2026年3月5日", align="right", right=4),
    "copies": record("抄送：市应急管理局。"),
}  # fmt: skip
MINUTES = {
    "mark": Says(
        "江恒市政府常务会议纪要", "方正小标宋简体", 42, "center", color=RED, spacing=0
    ),
    "issue": Says(
        "第12期", align="center", borders={"bottom": ("single", 0.7, RED)}
    ),
    "text": prose("3月5日，市长主持召开会议，研究防汛工作。"),
    "present": prose("出席：", font="黑体", then=(Says("王芳　李晓明"),)),
}  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """What the paper stands on."""

    says: dict[str, Says]
    page: tuple[float, float] = (210, 297)
    margins: tuple[float, float, float, float] = (37, 28, 35, 26)
    number: Says = Says("— \N{NUMERO SIGN} —", "宋体", 14, "right", right=1, height=0)
    even: Says = Says("— \N{NUMERO SIGN} —", "宋体", 14, "left", left=1, height=0)
    odd_and_even: bool = True
    first_page: bool = True  # is numbered
    foot: Says | None = None  # of the first page of a letter
    grid: str = ""


GOOD = Setting(DOCUMENT)
GOOD_LETTER = Setting(
    LETTER,
    first_page=False,
    foot=Says(
        "",
        height=0,
        left=BEYOND / 16,
        right=BEYOND / 16,
        borders={"top": ("thinThickSmallGap", 1.5, RED)},
    ),
)
GOOD_MINUTES = Setting(MINUTES)

UPWARD = replace(
    GOOD,
    says={
        "mark": GOOD.says["mark"],
        "number": Says(
            "江恒报〔2026〕3号\t签发人：", left=1, right=1,
            then=(Says("王芳", font="楷体_GB2312"),),
            borders={"bottom": ("single", 0.7, RED)},
        ),
        "title": replace(GOOD.says["title"], words="关于增拨防汛经费的请示"),
        "to": Says("省人民政府："),
        "text": prose("今年汛期提前，现请示如下。"),
        "date": GOOD.says["date"],
    },
)  # fmt: skip
NUMBER, SIGNER = "number (发文字号)", "who signed (签发人)"


def but(setting: Setting, name: str, **changes: object) -> Setting:
    """Return the paper with one paragraph changed."""
    changed = replace(setting.says[name], **changes)  # type: ignore[arg-type]
    return replace(setting, says=setting.says | {name: changed})


def without(setting: Setting, *names: str) -> Setting:
    """Return the paper without some paragraphs."""
    says = {name: one for name, one in setting.says.items() if name not in names}
    return replace(setting, says=says)


def write(setting: Setting) -> bytes:
    """Write the paper as Word keeps it."""
    document = blank()
    for says in setting.says.values():
        _say(document.add_paragraph(), says)
    _page(document, setting)
    return saved(document)


def saved(document: WordDocument) -> bytes:
    """Return the file."""
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def reopened(content: bytes) -> WordDocument:
    """Open a paper to break it by hand."""
    return Document(BytesIO(content))


def _page(document: WordDocument, setting: Setting) -> None:
    (section,) = document.sections
    section.page_width, section.page_height = (Mm(side) for side in setting.page)
    top, left, bottom, right = setting.margins
    section.top_margin, section.left_margin = Mm(top), Mm(left)
    section.bottom_margin, section.right_margin = Mm(bottom), Mm(right)
    section.gutter = Mm(0)
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    if setting.grid:
        grid = OxmlElement("w:docGrid")
        grid.set(qn("w:type"), setting.grid)
        section._sectPr.append(grid)
    document.settings.odd_and_even_pages_header_footer = setting.odd_and_even
    section.different_first_page_header_footer = not setting.first_page
    _say(_only(section.footer), setting.number)
    if setting.odd_and_even:
        _say(_only(section.even_page_footer), setting.even)
    if setting.foot:
        _say(_only(section.first_page_footer), setting.foot)


def _only(footer: object) -> Paragraph:
    footer.is_linked_to_previous = False  # type: ignore[attr-defined]
    paragraph: Paragraph = footer.paragraphs[0]  # type: ignore[attr-defined]
    return paragraph


def _say(paragraph: Paragraph, says: Says) -> None:
    form = paragraph.paragraph_format
    paragraph.alignment = ALIGNS[says.align]
    form.first_line_indent = Pt(says.first * says.size)
    form.left_indent = Pt(says.left * says.size)
    form.right_indent = Pt(says.right * says.size)
    if says.height:
        form.line_spacing = Pt(says.height)
    if says.borders:
        _border(paragraph, says.borders)
    for one in (says, *says.then):
        for words in one.words.replace("\N{NUMERO SIGN}", "|№|").split("|"):
            _run(paragraph, words, one)


def _border(paragraph: Paragraph, borders: dict[str, tuple[str, float, str]]) -> None:
    edges = OxmlElement("w:pBdr")
    for side, (kind, thickness, color) in borders.items():
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:val"), kind)
        edge.set(qn("w:sz"), str(round(thickness / 25.4 * 72 * 8)))
        edge.set(qn("w:color"), color)
        edges.append(edge)
    paragraph._p.get_or_add_pPr().append(edges)


def _run(paragraph: Paragraph, words: str, says: Says) -> None:
    run = paragraph.add_run("" if words == "№" else words)
    run.font.size = Pt(says.size)
    run.font.name = says.font
    if says.color:
        run.font.color.rgb = RGBColor.from_string(says.color)
    look = run._r.get_or_add_rPr()
    if look.rFonts is not None:
        look.rFonts.set(qn("w:eastAsia"), says.font)
    if says.spacing:
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), str(round(says.spacing * 20)))
        look.append(spacing)
    if words == "№":
        for kind, code in (
            ("begin", ""),
            ("", " PAGE "),
            ("separate", ""),
            ("", "7"),
            ("end", ""),
        ):
            _field(run._r, kind, code)


def _field(run: object, kind: str, code: str) -> None:
    if kind:
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
    else:
        mark = OxmlElement("w:t" if code.isdigit() else "w:instrText")
        mark.text = code
    run.append(mark)  # type: ignore[attr-defined]


def judge(paper: Setting | bytes) -> dict[str, Finding]:
    """Judge a paper; the findings by the English name of the fact."""
    content = paper if isinstance(paper, bytes) else write(paper)
    found = check_gongwen(content)
    facts = {str(finding.fact): finding for finding in found}
    assert len(facts) == len(found)  # each fact is named once
    return facts


def named(paper: Setting | bytes, fact: str) -> Finding:
    """Return the one finding whose fact begins so."""
    (found,) = [f for name, f in judge(paper).items() if name.startswith(fact)]
    return found


def broken(paper: Setting | bytes) -> set[str]:
    """Name the facts that are not met."""
    return {name for name, f in judge(paper).items() if f.state == "not met"}
