"""Writers: one finished :class:`~fxreport.report.model.Document` as Markdown, HTML or PDF.

They compute nothing: what a reader sees is the document's own text, laid out by the templates. Import the
writer that is needed (``render.markdown``, ``render.html``, ``render.pdf``): each loads only what it uses.
"""
