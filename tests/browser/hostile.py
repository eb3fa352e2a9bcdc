"""Letters that try everything a letter in HTML may try; `{t}` is the tracker."""

from email.message import EmailMessage

from tests.unit.small_office import OWN

BODY = """\
<html><head>
<base href="{t}/base/">
<meta http-equiv="refresh" content="0;url={t}/refresh">
<link rel="stylesheet" href="{t}/sheet.css">
<link rel="prefetch" href="{t}/prefetch">
<style>@import url({t}/import.css); body {{ background: url({t}/body.gif) }}
@font-face {{ font-family: f; src: url({t}/font) }} p {{ font-family: f }}</style>
<script src="{t}/script.js"></script>
</head>
<body background="{t}/old.gif" onload="fetch('{t}/onload')">
<p>Dear office, the heating on level 4 is stuck, please send somebody.</p>
<script>fetch('{t}/inline'); document.title = 'ran'</script>
<img src="{t}/pixel.gif" width="1" height="1">
<img src="x" srcset="{t}/srcset.gif 1x" onerror="fetch('{t}/onerror')">
<picture><source srcset="{t}/source.gif"><img src="{t}/picture.gif"></picture>
<div style="background-image: url({t}/style.gif); width: 9px; height: 9px">a</div>
<div style="list-style: url('{t}/list.gif'); content: url({t}/content.gif)">b</div>
<table background="{t}/table.gif"><tr><td background="{t}/td.gif">c</td></tr></table>
<svg onload="fetch('{t}/svg')"><image href="{t}/svg.gif"></image>
<script>fetch('{t}/svgscript')</script><use href="{t}/use.svg#a"></use></svg>
<math><mtext><style><img src="{t}/mutation.gif" onerror="fetch('{t}/mutated')"></style></mtext></math>
<iframe src="{t}/iframe"></iframe>
<iframe srcdoc="&lt;script&gt;fetch('{t}/srcdoc')&lt;/script&gt;"></iframe>
<object data="{t}/object"></object><embed src="{t}/embed">
<video poster="{t}/poster.gif" src="{t}/video" autoplay></video><audio src="{t}/audio" autoplay></audio>
<form id="f" action="{t}/form"><input name="password" autofocus onfocus="fetch('{t}/focus')">
<button formaction="{t}/button">Pay</button></form><script>f.submit()</script>
<a href="javascript:fetch('{t}/javascript')">one</a>
<a href="data:text/html,<script>fetch('{t}/data')</script>">two</a>
<a href="{t}/link" ping="{t}/ping">three</a>
<a href="vbscript:x">four</a>
<input type="image" src="{t}/image.gif">
<details open ontoggle="fetch('{t}/toggle')"><summary>five</summary></details>
<marquee onstart="fetch('{t}/marquee')">six</marquee>
</body></html>
"""
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" onload="fetch(\'{t}/file\')">'
    "<script>fetch('{t}/filescript')</script></svg>"
)
BIDI = "contract\u202efdp.txt"  # shown right to left: contracttxt.pdf


def hostile(tracker: str) -> bytes:
    """Write the letter, with an SVG file and a file whose name turns round."""
    mail = EmailMessage()
    mail["From"] = "Wang Li <wangli@client.example>"
    mail["To"] = OWN
    mail["Subject"] = "Heating stuck <script>alert(1)</script> \u202egnp"
    mail["Message-ID"] = "<hostile@client.example>"
    mail["Date"] = "Fri, 20 Nov 2026 09:15:00 +0800"
    mail.set_content("The heating on level 4 is stuck, please send somebody today.")
    mail.add_alternative(
        BODY.replace("{t}", tracker).replace("{{", "{").replace("}}", "}"),
        subtype="html",
    )
    mail.add_attachment(
        SVG.replace("{t}", tracker).encode(), maintype="image", subtype="svg+xml",
        filename="plan.svg",
    )  # fmt: skip
    mail.add_attachment(
        b"%PDF-1.4", maintype="application", subtype="pdf", filename=BIDI
    )
    return mail.as_bytes()
