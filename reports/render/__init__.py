"""How does a result become a picture, a page, a PDF and a mail?

    marks      one set of signs for the five verdicts
    document   Results told in words and signs; what page and PDF share
               (tables, limits, words, figures_as_numbers)
    figures    curves as SVG and PNG
               (curves: places; measure: type; canvas: matplotlib; svg: tidied for a strict page)
    html       the report's body, and the report as one file
    pdf        the report on A4, set by Typst (report.typ, columns)
    word       the report as a Word file (word_table, word_template)
    sheet      its numbers as a workbook (sheet_pages, sheet_cells); tabular: as CSV
    images     the figures alone, one by one or in a ZIP
    xml_text   text that Word and Excel files can hold
    files      every file of a finished report: its name, its type, how it is made
    mail       the e-mail with its picture and the PDF

Nothing is imported here, and matplotlib only when something is drawn: it stays out of the web
process.
"""
