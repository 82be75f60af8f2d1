"""Tables that cannot be read, each with the sentence that says so."""

from __future__ import annotations

from cells.reading import limits

UNKNOWN = "The file is no text in UTF-8, UTF-16 or CP949, and of no kind read here: save it as CSV, .xlsx or NPY."
MANY = 200  # rows: more than those that are looked at first

BAD = {
    "empty": (b"", "The file is empty."),
    "blank": (b"\n\n  \n", "The file holds no table: there is nothing but blank lines, or one endless line."),
    "header only": (b"a,b\n", "There are no rows below the header."),
    "words only": (b"a,b\nx,y\nz,w\n", "There is no column of numbers."),
    "a word among numbers": (b"a,b\n1,2\n3,four\n5,6\n", "Row 3, column “b”: “four” is not a number."),
    "a word after a blank row": (b"\na,b\n\n1,2\n3,x\n5,6\n", "Row 5, column “b”: “x” is not a number."),
    "a late word": (b"a\n" + b"1\n" * MANY + b"x\n", f"Row {MANY + 2}, column “a”: “x” is not a number."),
    "infinite": (b"a\n1\n-inf\n", "Row 3, column “a”: -inf is too large, or not finite."),
    "too large": (b"a\n1\n1e39\n", "Row 3, column “a”: 1e39 is too large, or not finite."),
    "a short row": (b"a,b,c\n1,2,3\n4,5\n", "Row 3 has another number of fields (2) than the first row (3)."),
    "a long row": (b"a,b,c\n1,2,3\n4,5,6,7\n", "Row 3 has another number of fields (4) than the first row (3)."),
    "a late short row": (
        b"a,b\n" + b"1,2\n" * MANY + b"3\n",
        f"Row {MANY + 2} has another number of fields (1) than the first row (2).",
    ),
    "a late long row": (
        b"a,b\n" + b"1,2\n" * MANY + b"3,4,5\n",
        f"Row {MANY + 2} has another number of fields (3) than the first row (2).",
    ),
    "a short row beside a quoted delimiter": (
        b"a,b\n" + b"1,2\n" * MANY + b'"x,y",3\n4\n',
        f"Row {MANY + 3} has another number of fields (1) than the first row (2).",
    ),
    "an open quotation": (b"a,b\n" + b"1,2\n" * MANY + b'3,"4\n', "A quotation mark is opened and never closed."),
    "one name twice": (b"a,b,a\n1,2,3\n", "Columns 1 and 3 are both called “a”: rename one."),
    "too many columns": (
        ",".join(f"c{place}" for place in range(10_000)).encode() + b"\n" + b",".join([b"1"] * 10_000),
        f"The table has 10000 columns; at most {limits.MAX_COLUMNS} fit.",
    ),
    "zeros": (b"a,b\n1,\0\n", UNKNOWN),
    "controls": (
        b"a,b\n1,\x01\x02\n",
        "The file is binary, and of no kind read here: save it as CSV, .xlsx or NPY.",
    ),
    "a picture": (
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01",
        "This is a picture (PNG): a table of numbers is read here.",
    ),
}
