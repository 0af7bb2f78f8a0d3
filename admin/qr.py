"""QR codes as SVG, without colours or styles of their own."""

import io

import segno
from markupsafe import Markup


def qr_code(words: str) -> Markup:
    """`words` as an SVG picture that the strict policy lets through."""
    out = io.BytesIO()
    segno.make(words, error="m").save(
        out, kind="svg", xmldecl=False, nl=False, border=2, svgclass="qr", lineclass=None, omitsize=True
    )
    return Markup(out.getvalue().decode())
