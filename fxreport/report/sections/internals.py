"""Inside the networks: first-layer filters, what each layer knows, and what an autoencoder makes of images."""

from __future__ import annotations

from fxreport.analysis.claims import N_
from fxreport.report.draft import Draft
from fxreport.report.model import Section
from fxreport.report.sections import autoencoder, filters, layers


def internals(draft: Draft) -> Section:
    parts = (
        ("filters", N_("First-layer filters"), filters.blocks(draft)),
        ("layers", N_("Layer by layer"), layers.blocks(draft)),
        ("autoencoder", N_("Reconstructions and the latent space"), autoencoder.blocks(draft)),
    )
    children = tuple(
        Section(f"internals-{name}", draft.words(title), blocks) for name, title, blocks in parts if blocks
    )
    return Section(
        "internals",
        draft.words(N_("Inside the networks")),
        ()
        if children
        else (draft.note(N_("No internal representations were kept with these measurements.")),),
        children,
    )
