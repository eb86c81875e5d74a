"""Examples of the figures about attributions: digits seen by a linear network, in Ukrainian."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fxreport.report.figures import attribution, deletion

METHODS = ("Grad-CAM", "Integrated Gradients", "оклюзія")


def _maps(image: NDArray[np.float64], weights: NDArray[np.float64]) -> tuple[NDArray[np.float16], ...]:
    """A smooth map, one pixel by pixel, and one by patches; each from -1 to 1."""
    exact = image * weights
    patches = exact.reshape(4, 2, 4, 2).mean(axis=(1, 3)).repeat(2, 0).repeat(2, 1)
    down, across = np.mgrid[:8, :8]
    smooth = np.exp(-((down - 3) ** 2 + (across - 4) ** 2) / 8)
    return tuple((one / np.abs(one).max()).astype(np.float16) for one in (smooth, exact, patches))


def attributions(images: NDArray[np.float64]) -> attribution.Attributions:
    """Two networks; of the second one method was in doubt, and a class has no wrong answer."""
    rng = np.random.default_rng(6)
    networks = []
    for title, notes, doubtful, count in (
        ("Власна CNN · правильних: 97,8 %", ("перевірки пройдено",) * 3, (False,) * 3, 4),
        (
            "EfficientNet-Lite0 96 px · правильних: 92,3 %",
            ("перевірки не\u00a0пройдено", "пройдено в\u00a02\u00a0з\u00a03", "перевірки пройдено"),
            (True, True, False),
            3,
        ),
    ):
        cases = []
        for i in range(count):
            image = images[i // 2 + 10 * (i % 2)].reshape(8, 8)
            label = f"{i // 2} · >\u00a099\u00a0%" if i % 2 == 0 else f"{i // 2} → {i + 3} · 87\u00a0%"
            verdict = "хибно" if i % 2 else "правильно"
            maps = _maps(image, rng.normal(size=(8, 8)))
            cases.append(attribution.AttributedCase(verdict, label, image, maps))
        networks.append(
            attribution.AttributedNetwork(title, "n\u00a0=\u00a016", notes, doubtful, tuple(cases))
        )
    return attribution.Attributions(
        tuple(networks), "зображення", METHODS, "найбільше проти відповіді", "найбільше за відповідь"
    )


def curves() -> deletion.Deletion:
    """Two networks, the second without one of the methods."""
    share = np.linspace(0, 1, 9)
    rows = []
    for title, steep, present in (("Власна CNN", 6, 3), ("EfficientNet-Lite0 96 px", 3, 2)):
        panels = [
            deletion.DeletionPanel(
                0.1 + 0.85 * np.exp(-(steep + k) * share),
                0.95 - 0.85 * np.exp(-(steep + k) * share),
                0.95 - 0.85 * share,
                0.1 + 0.85 * share,
            )
            for k in range(present)
        ]
        rows.append(deletion.DeletionRow(title, (*panels, *[None] * (3 - present))))
    return deletion.Deletion(
        tuple(rows),
        METHODS,
        deletion.DeletionLabels(
            "вилучення від найважливіших",
            "вставляння від найважливіших",
            "вилучення за зсунутою картою",
            "вставляння за зсунутою картою",
        ),
        "частка вилучених або вставлених пікселів, %",
        "імовірність",
        "не виміряно",
        ",",
    )
