#!/usr/bin/env python3
"""Writes the sample library's PDF, DOCX, EPUB and RTF files. Same input, same bytes; standard library only.

    python3 samples/make_documents.py        (from the repository's root)
"""

import io
import pathlib
import textwrap
import zipfile
from xml.sax.saxutils import escape

LIBRARY = pathlib.Path(__file__).parent / "library"
ZIP_TIME = (2025, 1, 1, 0, 0, 0)

MANUAL = [
    ("Halden WM-720 washing machine", [
        "User manual. Keep it with the machine.",
        "Load: up to 7 kg of cotton, 3 kg of synthetics, 1.5 kg of wool. Spin speed: up to 1400 turns a "
        "minute. Width 59.5 cm, height 85 cm. Connection: 230 V, 10 A, cold water only.",
        "1. Before the first wash",
        "Remove the four transport bolts at the back with a 10 mm spanner and close the holes with the "
        "caps from the bag. Keep the bolts: the machine must not be moved without them. Run the Cotton 60 "
        "programme once without laundry.",
        "2. Detergent",
        "Compartment I is for prewash, compartment II for the main wash, the compartment with the flower "
        "for softener. For a full load and hard water take 90 ml of powder. Never put powder directly into "
        "the drum.",
    ]),
    ("Programmes", [
        "Cotton 60: 2 hours 35 minutes, for towels and bed linen.",
        "Eco 40-60: 3 hours 20 minutes, uses the least energy.",
        "Quick 30: 30 minutes, at most 2 kg, for clothes that are only a little dirty.",
        "Wool: 45 minutes at 30 degrees, spins at 600 turns.",
        "Drum clean: 90 minutes at 90 degrees without laundry. Run it once a month.",
        "To lock the buttons against children, hold Temperature and Spin together for three seconds. Do the "
        "same to unlock them.",
    ]),
    ("Care and faults", [
        "Cleaning the filter: do this every two months. Switch the machine off and let the water cool. Open "
        "the flap at the lower right with a coin. Put a flat dish under it, pull out the small hose and let "
        "the water run out. Turn the filter to the left, take it out, rinse it under the tap and screw it "
        "in again until it clicks.",
        "E10: no water comes in. Open the tap and check the sieve in the inlet hose.",
        "E21: the water does not run out. Clean the filter, see above.",
        "E35: too much foam. Use less detergent next time; wait ten minutes and press Start.",
        "If the machine walks across the floor, level its feet and check that the transport bolts are out.",
        "Customer service: 555-0131, Monday to Saturday, 8 to 18. Have the serial number at hand; it is on "
        "the inside of the door.",
    ]),
]

LETTER = [
    ("Title", "Harbour Mutual Insurance"),
    ("Normal", "Mr and Mrs Alder, 14 Quince Lane, Fennimore"),
    ("Normal", "24 November 2025"),
    ("Heading1", "Your household insurance from 1 January 2026, policy HM-4471-0926"),
    ("Normal", "Dear Mrs Alder, dear Mr Alder,"),
    ("Normal", "we have adjusted your policy to the new value of your belongings. The sum insured is now "
               "65,000 euros. The yearly premium is 187.20 euros and will be debited on 15 January."),
    ("Heading2", "What is covered"),
    ("Normal", "Fire, burst pipes, storm from force 8, burglary and vandalism after a burglary. Bicycles are "
               "covered up to 1,500 euros each, also when they are stolen from the street, if they were locked. "
               "Glass breakage is not included."),
    ("Heading2", "Your own share"),
    ("Normal", "You bear the first 150 euros of every claim yourselves. There is no such share for bicycles."),
    ("Heading2", "When something happens"),
    ("Normal", "Report a claim within seven days, by telephone 555-0122 or at claims@harbour-mutual.example. "
               "Thefts must also be reported to the police. Please keep damaged things until our expert, Mr "
               "Dario Fenn, has seen them."),
    ("Heading2", "Ending the contract"),
    ("Normal", "The contract runs for one year and is extended by another year unless it is cancelled one month "
               "before its end."),
    ("Normal", "With kind regards, Beatrix Oyelaran, customer care"),
]

STORY = [
    ("The lighthouse that was afraid of the dark", [
        "A story by Wren Alder, with drawings that got lost.",
        "On the island of Little Sark there stood a lighthouse that was afraid of the dark. Its name was Bartholomew. "
        "Every evening, when the sun went down behind the salt works, it pressed its windows shut.",
        "The keeper was called Mrs Quill. She was eighty-one years old and could whistle in two voices.",
    ]),
    ("The fog", [
        "One November night a fog came that was so thick that the gulls had to walk. A ship called the Marigold "
        "was out at sea with a cargo of pianos.",
        "Mrs Quill had sprained her ankle on the forty-third step and could not reach the lamp. So she whistled, "
        "high and low at once, and Bartholomew forgot to be afraid because he had to laugh.",
    ]),
    ("The end", [
        "He opened one window, and then all twelve. The Marigold found the harbour. Since then one of the pianos "
        "stands at the top of the lighthouse, and nobody knows who carried it up.",
    ]),
]

LOANS = [
    "Books lent and borrowed",
    "Lent: The Tide Almanac to Merle, since Easter. The red atlas to Mr Wrobel, he promised to bring it back in "
    "January. Bread for Impatient People to Mrs Okafor.",
    "Borrowed from the town library: The Invention of Clouds (Ida), due on 9 December. Moths of the Northern Coast "
    "(Wren), due on 16 December, already renewed twice. The fine is 20 cents for each day and book.",
    "Library card numbers: Ida 30077, Wren 30412. Otto gets his when he turns eight.",
]


def pdf_text(text):
    return text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def pdf_page(heading, paragraphs):
    out = io.BytesIO()
    out.write(b"BT /F2 17 Tf 60 780 Td (" + pdf_text(heading) + b") Tj ET\n")
    y = 745
    for paragraph in paragraphs:
        font = b"/F2 12" if paragraph[:1].isdigit() and len(paragraph) < 40 else b"/F1 11"
        for line in textwrap.wrap(paragraph, 88):
            out.write(b"BT " + font + b" Tf 60 %d Td (" % y + pdf_text(line) + b") Tj ET\n")
            y -= 15
        y -= 9
    return out.getvalue()


def write_pdf(path, title, pages):
    objects = ["<< /Type /Catalog /Pages 2 0 R >>".encode(), b""]
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>")
    objects.append(b"<< /Title (" + pdf_text(title) + b") >>")
    kids = []
    for heading, paragraphs in pages:
        stream = pdf_page(heading, paragraphs)
        objects.append(b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"endstream")
        objects.append(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources "
                       b"<< /Font << /F1 3 0 R /F2 4 0 R >> >> >>" % len(objects))
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [" % len(kids) + b" ".join(kids) + b"] >>"
    out = io.BytesIO(b"")
    out.write(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n" % number + body + b"\nendobj\n")
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for offset in offsets:
        out.write(b"%010d 00000 n \n" % offset)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R /Info 5 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    path.write_bytes(out.getvalue())


def write_zip(path, entries):
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in entries:
            info = zipfile.ZipInfo(name, ZIP_TIME)
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(info, text)


def write_docx(path, paragraphs):
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t xml:space="preserve">'
                   f"{escape(text)}</w:t></w:r></w:p>" for style, text in paragraphs)
    styles = "".join(f'<w:style w:type="paragraph" w:styleId="{s}"><w:name w:val="{n}"/></w:style>' for s, n in
                     [("Normal", "Normal"), ("Title", "Title"), ("Heading1", "heading 1"), ("Heading2", "heading 2")])
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    write_zip(path, [
        ("[Content_Types].xml", f'{head}<Types xmlns="{types}"><Default Extension="rels" ContentType="application/'
         'vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
         f'<Override PartName="/word/document.xml" ContentType="{main}.document.main+xml"/>'
         f'<Override PartName="/word/styles.xml" ContentType="{main}.styles+xml"/></Types>'),
        ("_rels/.rels", f'{head}<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{office}/'
         'officeDocument" Target="word/document.xml"/></Relationships>'),
        ("word/_rels/document.xml.rels", f'{head}<Relationships xmlns="{relations}"><Relationship Id="r1" '
         f'Type="{office}/styles" Target="styles.xml"/></Relationships>'),
        ("word/styles.xml", f'{head}<w:styles xmlns:w="{word}">{styles}</w:styles>'),
        ("word/document.xml", f'{head}<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>'),
    ])


def write_epub(path, title, author, chapters):
    items = "".join(f'<item id="c{i}" href="c{i}.xhtml" media-type="application/xhtml+xml"/>'
                    for i in range(len(chapters)))
    spine = "".join(f'<itemref idref="c{i}"/>' for i in range(len(chapters)))
    points = "".join(f'<li><a href="c{i}.xhtml">{escape(name)}</a></li>' for i, (name, _) in enumerate(chapters))
    entries = [
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", '<?xml version="1.0"?><container version="1.0" '
         'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="book.opf" '
         'media-type="application/oebps-package+xml"/></rootfiles></container>'),
        ("book.opf", '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" '
         'unique-identifier="id"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">'
         f"hearth-sample-1</dc:identifier><dc:title>{escape(title)}</dc:title><dc:creator>{escape(author)}"
         "</dc:creator><dc:language>en</dc:language><meta property=\"dcterms:modified\">2025-01-01T00:00:00Z</meta>"
         '</metadata><manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" '
         f'properties="nav"/>{items}</manifest><spine>{spine}</spine></package>'),
        ("nav.xhtml", '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head>'
         f'<title>Contents</title></head><body><nav epub:type="toc"><ol>{points}</ol></nav></body></html>'),
    ]
    for i, (name, paragraphs) in enumerate(chapters):
        text = "".join(f"<p>{escape(p)}</p>" for p in paragraphs)
        entries.append((f"c{i}.xhtml", f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{escape(name)}'
                        f"</title></head><body><h1>{escape(name)}</h1>{text}</body></html>"))
    write_zip(path, entries)


def write_rtf(path, paragraphs):
    head, *rest = paragraphs
    body = "".join(r"\pard " + p + r"\par" + "\n" for p in rest)
    path.write_text(r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Helvetica;}}" "\n" r"\pard\b " + head +
                    r"\b0\par" + "\n" + body + "}\n", encoding="ascii")


def main():
    write_pdf(LIBRARY / "home" / "washing-machine-manual.pdf", "Halden WM-720 user manual", MANUAL)
    write_docx(LIBRARY / "home" / "household-insurance.docx", LETTER)
    write_epub(LIBRARY / "books" / "lighthouse.epub", "The lighthouse that was afraid of the dark", "Wren Alder",
               STORY)
    write_rtf(LIBRARY / "books" / "loans.rtf", LOANS)


if __name__ == "__main__":
    main()
