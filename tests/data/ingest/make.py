#!/usr/bin/env python3
"""Writes the sample documents beside it. Run it again after a change; the results are checked in."""
import gzip
import io
import pathlib
import zipfile

HERE = pathlib.Path(__file__).parent


def pdf(pages, title, encrypt=False):
    objects = []

    def add(body):
        objects.append(body)
        return len(objects)

    font = add(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    pages_id = len(objects) + 2 * len(pages) + 1
    kids = []
    for lines in pages:
        text = b"BT /F1 12 Tf 72 760 Td 16 TL\n"
        for line in lines:
            safe = line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
            text += b"(" + safe.encode("cp1252") + b") Tj T*\n"
        text += b"ET"
        stream = add(b"<< /Length %d >>\nstream\n" % len(text) + text + b"\nendstream")
        kids.append(add(
            b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 %d 0 R >> >> >>" % (pages_id, stream, font)))
    add(b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids)))
    catalog = add(b"<< /Type /Catalog /Pages %d 0 R >>" % pages_id)
    info = add(b"<< /Title (%s) /CreationDate (D:20240301120000Z) >>" % title.encode())
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n" % number + body + b"\nendobj\n")
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for offset in offsets:
        out.write(b"%010d 00000 n \n" % offset)
    extra = b""
    if encrypt:
        extra = (b" /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>"
                 b" /ID [<00> <00>]" % (b"11" * 32, b"22" * 32))
    out.write(b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R%s >>\nstartxref\n%d\n%%%%EOF\n"
              % (len(objects) + 1, catalog, info, extra, start))
    return out.getvalue()


def container(parts, first=None):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, (2024, 3, 1, 12, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED if name == first else zipfile.ZIP_DEFLATED
            pack.writestr(entry, text)
    return out.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DOCX = f"""<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<w:document {W}><w:body>
<w:p><w:pPr><w:pStyle w:val="berschrift1"/></w:pPr><w:r><w:t>Minutes of the garden club</w:t></w:r></w:p>
<w:p><w:r><w:t xml:space="preserve">The fence will be </w:t></w:r><w:r><w:t>painted green.</w:t></w:r>
<w:del><w:r><w:delText>painted red</w:delText></w:r></w:del></w:p>
<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>Anna buys the paint.</w:t></w:r></w:p>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Seeds</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>12 EUR</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
<w:p><w:pPr><w:pStyle w:val="berschrift2"/></w:pPr><w:r><w:t>Next meeting</w:t></w:r></w:p>
<w:p><w:r><w:t>In May.</w:t></w:r></w:p></w:body></w:document>"""
STYLES = f"""<w:styles {W}><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
<w:style w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style></w:styles>"""
CORE = """<cp:coreProperties xmlns:cp="a" xmlns:dc="b" xmlns:dcterms="c"><dc:title>Garden minutes</dc:title>
<dcterms:created>2024-03-01T10:30:00Z</dcterms:created></cp:coreProperties>"""

ODT = """<?xml version="1.0"?><office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="b">
<office:body><office:text><text:tracked-changes><text:p>removed words</text:p></text:tracked-changes>
<text:h text:outline-level="1">Letter to the landlord</text:h>
<text:p>The heating<text:s/>is <text:span>broken</text:span> since Monday.</text:p>
<text:list><text:list-item><text:p>Kitchen</text:p></text:list-item></text:list>
<table:table><table:table-row><table:table-cell><text:p>Room</text:p></table:table-cell>
<table:table-cell><text:p>14 degrees</text:p></table:table-cell></table:table-row></table:table>
</office:text></office:body></office:document-content>"""
META = '<m xmlns:dc="d"><dc:title>Heating</dc:title><dc:date>2023-11-05T08:00:00</dc:date></m>'

OPF = """<package xmlns:dc="d"><metadata><dc:title>The Lighthouse</dc:title><dc:date>2001</dc:date></metadata>
<manifest><item id="b" href="two.xhtml"/><item id="a" href="text/one%20a.xhtml"/></manifest>
<spine><itemref idref="a"/><itemref idref="b"/></spine></package>"""
ONE = """<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script src="x"/></head>
<body><h1>Arrival</h1><p>The keeper lit the lamp at dusk.</p></body></html>"""
TWO = '<html><body><h1>Storm</h1><p>The lamp went out at midnight.</p></body></html>'

HTML = """<!DOCTYPE html><html><head><meta charset="iso-8859-1"><title>Caf\u00e9 menu</title>
<style>p {color: red}</style><script>alert("no")</script></head><body><nav>Home | About</nav>
<h1>Caf\u00e9 menu</h1><p>We open at <b>eight</b> o'clock.</p><ul><li><p>Tea</p></li><li>Coffee</li></ul>
<table><tr><th>Dish</th><th>Price</th></tr><tr><td>Soup</td><td>4&euro;</td></tr></table>
<pre>two  spaces\n  stay</pre><p>See <a href="http://example.org/">the map</a>.</p></body></html>"""

RTF = (r"{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0 Arial;}}{\info{\title secret title}}"
       r"{\*\generator nobody}\pard\outlinelevel0 Recipe\par\pard Gr\'fc\'dfe and \u8364?5 for "
       r"{\b flour}\emdash\'20now.\par\u-10179?\u-8704? ends\par}")

MAIL = """Return-Path: <eva@example.org>
From: =?utf-8?q?Eva_M=C3=BCller?= <eva@example.org>
To: Otto <otto@example.org>
Cc: club@example.org
Subject: =?iso-8859-1?q?Boat_for_the_k=F6nig?=
Date: Fri, 01 Mar 2024 10:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=outer

--outer
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

The boat costs 300 euro, sch=F6n.

> How much is the boat?
--inner
Content-Type: text/html

<p>HTML version</p>
--inner--
--outer
Content-Type: text/plain; name=notes.txt
Content-Disposition: attachment; filename=notes.txt

The anchor is under the bench.
--outer
Content-Type: image/png; name=boat.png
Content-Disposition: attachment; filename=boat.png
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--outer
Content-Type: message/rfc822

From: harbour@example.org
Subject: Berth 12
Content-Type: text/plain

The berth is free in June.
--outer--
"""
MBOX = ("From a@example.org Fri Mar  1 10:00:00 2024\nFrom: a@example.org\nSubject: First\n\nOne pear.\n\n"
        "From b@example.org Sat Mar  2 10:00:00 2024\nFrom: b@example.org\nSubject: Second\n\nTwo figs.\n")
ICS = ("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Dentist\\, again\r\nDTSTART;TZID=Europe/Berlin:20240301T100000\r\n"
       "LOCATION:Long\r\n  Street 5\r\nBEGIN:VALARM\r\nDESCRIPTION:beep\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
VCF = ("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Otto Berg\r\nitem1.EMAIL;TYPE=home:otto@example.org\r\n"
       "TEL:+49 30 1234\r\nADR:;;Hill 3;Berlin;;10115;Germany\r\nEND:VCARD\r\n")

CHANGELOG = """hearth (2.1) stable; urgency=low

  * The kettle no longer whistles at night.
"""
MANUAL = ("<html><head><title>Manual</title></head><body><h1>Lamp</h1>"
          "<p>Trim the wick <b>every week</b>.</p></body></html>")

FILES = {
    "lease.pdf": pdf([["Lease of the flat", "The rent is 740 euro a month, due on the third wor-",
                       "king day."],
                      ["Notice", "The notice period is three months (to the end of a quarter)."]], "Lease"),
    "locked.pdf": pdf([["hidden"]], "Locked", encrypt=True),
    "scan.pdf": pdf([[]], "Scan"),
    "minutes.docx": container({"word/document.xml": DOCX, "word/styles.xml": STYLES, "docProps/core.xml": CORE}),
    "bomb.docx": container({"word/document.xml": b" " * 16_000_000}),
    "letter.odt": container({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": ODT,
                             "meta.xml": META}, "mimetype"),
    "book.epub": container({"mimetype": "application/epub+zip", "META-INF/container.xml":
                            '<c><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></c>',
                            "OEBPS/book.opf": OPF, "OEBPS/text/one a.xhtml": ONE, "OEBPS/two.xhtml": TWO},
                           "mimetype"),
    "menu.html": HTML.encode("latin-1"),
    "recipe.rtf": RTF.encode("ascii"),
    "boat.eml": MAIL.encode("ascii"),
    "fruit.mbox": MBOX.encode("ascii"),
    "dentist.ics": ICS.encode("ascii"),
    "otto.vcf": VCF.encode("ascii"),
    "latin1.txt": "Die Gr\u00f6\u00dfe der K\u00fcche betr\u00e4gt zw\u00f6lf Quadratmeter, das B\u00fcro ist gr\u00f6\u00dfer.\r\n".encode("latin-1"),
    "changelog.Debian.gz": gzip.compress(CHANGELOG.encode("ascii"), mtime=0),
    "manual.html.gz": gzip.compress(MANUAL.encode("ascii"), mtime=0),
    "spaces.txt.gz": gzip.compress(b" " * 20_000_000, mtime=0),
    "utf16.txt": "\ufeffThe key is under the flowerpot \u2013 left.\r\n".encode("utf-16-le"),
}

for name, content in FILES.items():
    (HERE / name).write_bytes(content)
