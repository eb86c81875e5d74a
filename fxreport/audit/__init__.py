"""The audit of hand-written conclusions: a document's claims against its tables or a results store."""
