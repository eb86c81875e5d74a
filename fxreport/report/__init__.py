"""From claims and tables to the document: the report model, words per locale, figures, writers."""
