"""Has LibreOffice lay out a Word file, shut up in a folder that is thrown away.

It runs with a profile, a home and font settings of its own, without macros; what a
file links to outside (pictures, text of other files) is not fetched. It finds no secret
in its environment, and what it started is killed when its time is over.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL
from typing import Literal, Self
from xml.sax.saxutils import escape

from mailroom.errors import EnvironmentFault, text

RESOLUTION = 80  # dots an inch: a page of A4 is 661 × 936 dots

# LibreOffice's own registry. Blocked links are those of any file outside its "trusted
# places", of which a new profile has none; measured with 7.4, which otherwise fetches
# linked pictures. Level 3 of macro security runs only signed ones from trusted places.
_PROFILE = """\
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
</item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>
"""

# The fonts of official papers cost money and are rarely on a server. Where one is not
# there, LibreOffice takes a sans-serif with Japanese or Taiwanese signs; these free
# ones have the shapes of the mainland.
_SERIF = ("Noto Serif CJK SC", "Source Han Serif SC", "Noto Sans CJK SC")
_SANS = ("Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Zen Hei")
_STAND_INS: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("仿宋_GB2312", "仿宋", "FangSong_GB2312", "FangSong", "STFangsong"): _SERIF,
    ("楷体_GB2312", "楷体", "KaiTi_GB2312", "KaiTi", "STKaiti"): _SERIF,
    ("方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05S"): _SERIF,
    ("宋体", "SimSun", "NSimSun", "华文中宋", "STZhongsong"): _SERIF,
    ("黑体", "SimHei", "微软雅黑", "Microsoft YaHei"): _SANS,
    ("Times New Roman",): ("Liberation Serif", "Tinos", *_SERIF),
    ("Arial",): ("Liberation Sans", "Carlito", *_SANS),
    ("Calibri",): ("Carlito", "Liberation Sans", *_SANS),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """The programs that make pictures of a Word file."""

    soffice: str  # lays it out as PDF
    pdftoppm: str  # draws the pages

    @classmethod
    def find(cls) -> Self:
        """Find them. Raises EnvironmentFault with the package to install."""
        soffice = shutil.which("soffice") or shutil.which("libreoffice")
        if soffice is None:
            raise EnvironmentFault(
                text(
                    "pictures of pages need LibreOffice:"
                    " apt install libreoffice-writer-nogui"
                )
            )
        pdftoppm = shutil.which("pdftoppm")
        if pdftoppm is None:
            raise EnvironmentFault(
                text("pictures of pages need pdftoppm: apt install poppler-utils")
            )
        return cls(soffice=soffice, pdftoppm=pdftoppm)

    def fingerprint(self) -> str:
        """Tell this layout from one by other programs or other fonts."""
        start = Path(self.soffice).resolve()
        seen = []
        for file in (start, start.with_name("soffice.bin"), Path(self.pdftoppm)):
            if file.exists():
                facts = file.stat()
                seen.append(f"{file} {facts.st_size} {facts.st_mtime_ns}")
        return "\n".join([*seen, _fonts("file"), str(RESOLUTION), font_settings()])

    def draw(self, docx: bytes, work: Path, pages: Path, *, until: float) -> None:
        """Draw the pages of a Word file into the folder `pages`, which is there then.

        `work` is an empty folder for this alone, with an absolute path. `until` is a
        moment of time.monotonic(). Raises EnvironmentFault.
        """
        profile = work / "profile"
        (profile / "user").mkdir(parents=True)
        settings = profile / "user" / "registrymodifications.xcu"
        settings.write_text(_PROFILE, encoding="utf-8")
        (work / "fonts.conf").write_text(font_settings(), encoding="utf-8")
        (work / "letter.docx").write_bytes(docx)
        _run(
            [
                self.soffice,
                f"-env:UserInstallation={profile.as_uri()}",
                "--headless", "--norestore", "--nolockcheck", "--nodefault",
                # A file that is no Word file is refused, not guessed at.
                "--infilter=MS Word 2007 XML",
                "--convert-to", "pdf", "--outdir", str(work),
                str(work / "letter.docx"),
            ],
            work,
            until,
        )  # fmt: skip
        drawn = work / "letter.pdf"
        if not drawn.exists():
            raise EnvironmentFault(text("LibreOffice could not open this file"))
        pages.mkdir(mode=0o700)
        _run(
            [
                self.pdftoppm, "-r", str(RESOLUTION), "-png",
                str(drawn), str(pages / "page"),
            ],
            work,
            until,
        )  # fmt: skip
        if not any(pages.iterdir()):
            raise EnvironmentFault(text("pdftoppm drew no page"))


def font_settings() -> str:
    """Return fontconfig settings: the machine's own, with free fonts standing in.

    A real font that is there wins.
    """
    machines = os.environ.get("FONTCONFIG_FILE", "/etc/fonts/fonts.conf")
    own = [str(Path.home() / place) for place in (".fonts", ".local/share/fonts")]
    lines = [
        f'<include ignore_missing="yes">{escape(machines)}</include>',
        # The home is another one there; a person's own fonts still count.
        *(f"<dir>{escape(folder)}</dir>" for folder in own),
    ]
    for names in _STAND_INS:
        for name in names:
            accepted = "".join(f"<family>{one}</family>" for one in _stand_ins(name))
            lines.append(
                f'<alias binding="same"><family>{name}</family>'
                f"<accept>{accepted}</accept></alias>"
            )
    inside = "\n".join(lines)
    return f'<?xml version="1.0"?>\n<fontconfig>\n{inside}\n</fontconfig>\n'


def _stand_ins(font: str) -> Sequence[str]:
    """Return what is shown for a font that is not there: its sisters come first."""
    for names, others in _STAND_INS.items():
        if font in names:
            return (*(name for name in names if name != font), *others)
    return ()


def stand_in(font: str, fonts: Collection[str]) -> str | None:
    """Return which of the fonts here pictures of pages show for one that is not.

    None: LibreOffice takes what it likes.
    """
    return next((one for one in _stand_ins(font) if one in fonts), None)


def fonts_here() -> frozenset[str] | None:
    """Name the fonts of this machine in all their languages; None: it cannot be told.

    They are those that fontconfig knows, LibreOffice's source of fonts.
    """
    listed = _fonts("family").splitlines()
    names = (name.strip() for line in listed for name in line.split(","))
    return frozenset(names) if listed else None


def _fonts(what: Literal["family", "file"]) -> str:
    program = shutil.which("fc-list")
    if program is None:
        return ""
    done = subprocess.run(  # noqa: S603  a fixed command
        [program, ":", what], capture_output=True, text=True, timeout=30, check=False
    )
    return "\n".join(sorted(done.stdout.splitlines()))


def _run(command: Sequence[str], work: Path, until: float) -> None:
    """Run a program to its end; at the moment `until` it is killed with all it began.

    Its end is that of the last process which holds its output: soffice is a script
    that starts others. Raises EnvironmentFault.
    """
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(work),
        "TMPDIR": str(work),
        "LANG": "C.UTF-8",
        "FONTCONFIG_FILE": str(work / "fonts.conf"),
        "SAL_USE_VCLPLUGIN": "svp",  # no display
    }
    program = Path(command[0]).name
    try:
        process = subprocess.Popen(  # noqa: S603  our own words and paths
            command,
            cwd=work,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a process group of its own
        )
    except OSError as error:
        raise EnvironmentFault(
            text(
                "cannot start {program}: {reason}",
                program=program,
                reason=error.strerror,
            )
        ) from error
    try:
        process.communicate(timeout=max(until - time.monotonic(), 0))
    except subprocess.TimeoutExpired as error:
        raise EnvironmentFault(
            text("{program} did not end in time and was stopped", program=program)
        ) from error
    finally:
        if process.returncode is None:
            # Not waited for yet: the number is still that of its group.
            os.killpg(process.pid, SIGKILL)
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
