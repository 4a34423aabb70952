"""Documents and data to export: values in, text or bytes out. Knows no journal and no screen.

build.py makes a `Report` (document.py) of a session; markdown.py, html.py and pdf.py only set what it holds, so that
all three say the same. data.py sets out every session for spreadsheets and programs.
"""
