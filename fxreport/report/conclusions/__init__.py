"""The conclusions document: the answer, the findings, and what became of the document under test."""
