"""The few words that the site's pages need beside their content."""

from __future__ import annotations

from fxreport.vocabulary.messages import N_

SITE_LABELS = {
    "after": N_("Next:"),
    "before": N_("Previous:"),
    "language": N_("Language"),
    "neighbours": N_("In this part"),
    "pieces": N_("Parts"),
    "site_pages": N_("Parts of the site"),
    "trail": N_("Where this page is"),
    "turn": N_("Previous and next page"),
}
