"""Documents and data to take along: values in, text or bytes out. Knows no journal, no screen, no disk.

Sessions become one `Report` (gather.py); markdown.py, page.py and pdf.py only set what stands in it, so that all three
say the same. data.py sets out every session for spreadsheets and programs.
"""
