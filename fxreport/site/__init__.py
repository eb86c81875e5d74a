"""The static site: the same claims, findings and measurements as the documents, a page each."""
