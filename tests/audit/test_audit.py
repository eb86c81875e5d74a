"""The audit: what it reads, what it finds, and that it calls nothing true false."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from audit_corpus import LabelledDocument, Report, read_corpus
from audit_sentences import document as random_document

from fxreport.audit.audit import Audit, audit
from fxreport.audit.claims import Verdict
from fxreport.audit.markdown import parse
from fxreport.audit.numbers import QUANTITY, read
from fxreport.cli import main
from fxreport.vocabulary.errors import InputError

H, C, N = Verdict.HOLDS, Verdict.CONTRADICTED, Verdict.NOT_CHECKABLE

TABLES = {
    "uk": """# Порівняння

### MNIST

| Екстрактор | Розмірність | Час, с ↓ | ARI ↑ |
|---|---|---|---|
| Власна CNN | 256 | 0,80 | 0,439 |
| Автокодувальник | 128 | 0,61 | 0,344 |
| VGG16 | 512 | 15,01 | 0,220 |
| ResNet-50 | 2048 | 12,89 | 0,201 |

### Листя

| Екстрактор | Розмірність | Час, с ↓ | ARI ↑ |
|---|---|---|---|
| Власна CNN | 256 | 0,71 | 0,305 |
| Автокодувальник | 128 | 0,56 | 0,335 |
| VGG16 | 512 | 14,39 | 0,300 |
| ResNet-50 | 2048 | 12,88 | 0,257 |

## Висновки

""",
    "en": """# A comparison

| Dataset | Model | Dim | Time (ms) | ARI |
|---|---|---|---|---|
| MNIST | Our CNN v2 | 256 | 800 | 0.439 |
| MNIST | Autoencoder | 128 | 610 | 0.344 |
| MNIST | VGG16 | 512 | 15,010 | 0.220 |
| MNIST | ResNet-50 | 2048 | 12,890 | 0.201 |
| Leaves | Our CNN v2 | 256 | 710 | 0.305 |
| Leaves | Autoencoder | 128 | 560 | 0.335 |
| Leaves | VGG16 | 512 | 14,390 | 0.300 |
| Leaves | ResNet-50 | 2048 | 12,880 | 0.257 |

Pretrained networks (VGG16, ResNet-50) were not tuned.

## Conclusions

""",
}


def verdicts(text: str, language: str) -> list[Verdict]:
    """The verdicts on what stands after the tables, in reading order."""
    document = TABLES[language] + text + "\n"
    first = TABLES[language].count("\n") + 1
    return [one.verdict for one in audit(document).checked if one.claim.line >= first]


def contradicted(text: str, language: str) -> bool:
    return C in verdicts(text, language)


SENTENCES = [
    # language, sentence, the verdicts that have to be among its claims and those that must not
    ("uk", "На наборі MNIST найшвидший — Автокодувальник (0,61 с).", H, C),
    ("uk", "Найшвидша на наборі MNIST — Власна CNN.", C, H),
    ("uk", "- **Власна CNN** на MNIST:\n  - ARI=0,439 — найкращий результат", H, C),
    ("uk", "- **ResNet-50** на MNIST:\n  - ARI=0,202", C, H),
    ("uk", "VGG16 на MNIST посідає третє місце за ARI.", H, C),
    ("uk", "VGG16 на MNIST посідає друге місце за ARI.", C, H),
    ("uk", "VGG16 на MNIST удвічі гірший за Власна CNN за ARI.", H, C),
    ("uk", "VGG16 на MNIST у 3,4 раза гірший за Власна CNN за ARI.", C, H),
    ("uk", "VGG16 на MNIST майже у 19 разів повільніший за власну CNN.", H, C),
    ("uk", "ARI автокодувальника на Листі на 0,03 вищий, ніж у власної CNN.", H, C),
    ("uk", "Автокодувальник не найшвидший на наборі MNIST.", N, C),
    ("uk", "VGG16 не найшвидший на наборі MNIST.", H, C),
    ("uk", "Якщо донавчити VGG16, він може стати найкращим на MNIST.", N, C),
    ("uk", "У літературі для VGG16 на MNIST наведено ARI 0,9.", N, C),
    ("uk", "У середньому за наборами Власна CNN має ARI 0,372.", H, C),
    ("uk", "Загалом порівняно 4 екстрактори на 2 наборах.", H, C),
    ("uk", "Загалом порівняно 6 екстракторів.", C, H),
    ("uk", "Якщо потрібна швидкість → VGG16", C, H),
    ("uk", "Якщо потрібна швидкість → Автокодувальник", H, C),
    ("uk", "DenseNet-121: ARI=0,6 на MNIST.", N, C),
    ("uk", "Понад 0,3 на MNIST за ARI мають два екстрактори з чотирьох.", H, C),
    ("uk", "Понад 0,3 на MNIST за ARI мають три екстрактори з чотирьох.", C, H),
    ("uk", "Найшвидший на MNIST автокодувальник, за ним іде Власна CNN.", H, C),
    ("uk", "Найшвидший на MNIST автокодувальник, за ним іде VGG16.", C, N),
    ("en", "On MNIST the fastest is the autoencoder (610 ms).", H, C),
    ("en", "Our CNN is the fastest on MNIST.", C, H),
    ("en", "- **Our CNN v2**: best ARI on MNIST (0.44)", H, C),
    ("en", "- **ResNet-50**: ARI = 0.21 on MNIST", C, H),
    ("en", "VGG16 is third by ARI on MNIST.", H, C),
    ("en", "VGG16 takes third place by ARI on MNIST.", H, C),
    ("en", "VGG16 is about 19× slower than Our CNN v2 on MNIST.", H, C),
    ("en", "VGG16 is 12× slower than Our CNN v2 on MNIST.", C, H),
    ("en", "On MNIST, Our CNN v2 reaches twice the ARI of VGG16.", H, C),
    ("en", "On MNIST, Our CNN v2 reaches three times the ARI of VGG16.", C, H),
    ("en", "Among the pretrained networks the best on MNIST is VGG16.", H, C),
    ("en", "Among the pretrained networks the best on MNIST is ResNet-50.", C, H),
    ("en", "Our CNN v2 isn't the best on Leaves.", H, C),
    ("en", "If fine-tuned, ResNet-50 would be the best on MNIST.", N, C),
    ("en", "Smith et al. report an ARI of 0.9 for VGG16 on MNIST.", N, C),
    ("en", "On MNIST the best is Our CNN v2 and on Leaves the best is the Autoencoder.", H, C),
    ("en", "Both pretrained models stay below an ARI of 0.25 on MNIST.", H, C),
    ("en", "For speed: Autoencoder", H, C),
    ("en", "For speed: VGG16", C, H),
    ("en", "Averaged over both sets, the Autoencoder has a mean ARI of 0.34.", H, C),
    ("en", "We compared 4 models on 2 datasets, 8 experiments in total.", H, C),
    ("en", "One of the best on MNIST is VGG16.", None, C),
    ("en", "Why is VGG16 the fastest on MNIST?", None, C),
]


@pytest.mark.parametrize(("language", "sentence", "has", "lacks"), SENTENCES)
def test_sentences(language: str, sentence: str, has: Verdict | None, lacks: Verdict) -> None:
    found = verdicts(sentence, language)
    if has is not None:
        assert has in found
    assert lacks not in found


def test_percent_and_fraction_are_one_number() -> None:
    assert not contradicted("ARI автокодувальника на Листі — 33,5 %.", "uk")
    assert contradicted("ARI автокодувальника на Листі — 43,5 %.", "uk")


def test_a_mean_that_rounding_explains_is_not_called_false_unless_exact() -> None:
    text = (
        TABLES["uk"]
        + "| Екстрактор | Середній час, с |\n|---|---|\n| Автокодувальник | 0,58 |\n| VGG16 | 14,70 |\n"
    )

    def contradictions(result: Audit) -> int:
        return result.count(C)

    # (0,61 + 0,56) / 2 = 0,585 may be 0,58 before rounding
    assert contradictions(audit(text)) == 0
    assert contradictions(audit(text.replace("0,58 |", "0,64 |"))) == 1
    assert contradictions(audit(text.replace("0,58 |", "0,59 |"), exact=True)) <= 1


def test_bold_that_passes_over_the_best() -> None:
    header = "| Model | ARI ↑ | NMI ↑ | DB ↓ |\n|---|---|---|---|\n"
    right = (
        header + "| A1 | **0.9** | **0.8** | 1.5 |\n| B1 | 0.7 | 0.6 | **1.2** |\n| C1 | 0.5 | 0.5 | 1.9 |\n"
    )
    assert audit(right).count(C) == 0
    wrong = right.replace("| 1.9 |", "| **1.9** |").replace("**1.2**", "1.2")
    assert [one.claim.line for one in audit(wrong).checked if one.verdict is C] == [5]


def test_stars_against_the_numbers_beside_them() -> None:
    text = "| Model | ARI ↑ |\n|---|---|\n| A1 | 0.9 ⭐⭐ |\n| B1 | 0.7 ⭐⭐⭐ |\n| C1 | 0.1 ⭐ |\n"
    assert audit(text).count(C) == 1


def test_tables_that_differ_throughout_are_about_different_things() -> None:
    text = TABLES["uk"].replace("### Листя", "### MNIST") + "Кінець.\n"
    assert audit(text).count(C) == 0


@pytest.mark.parametrize(
    ("text", "comma", "low", "high", "unit"),
    [
        ("0,439", True, 0.439, 0.439, ""),
        ("19,500", False, 19500, 19500, ""),
        ("1 280", True, 1280, 1280, ""),
        ("0.021-0.055", False, 0.021, 0.055, ""),
        ("16–18×", False, 16, 18, "x"),
        ("у 2,5 раза"[2:], True, 2.5, 2.5, "x"),
        ("150 мс", True, 0.15, 0.15, "s"),
        ("4 хв", True, 240, 240, "s"),
        ("0.439 ± 0.012", False, 0.439, 0.439, ""),
        ("7.3%", False, 7.3, 7.3, "%"),
        ("128-D", False, 128, 128, "D"),
        ("-0.02", False, -0.02, -0.02, ""),
        ("205 MB", False, 205e6, 205e6, "B"),
    ],
)
def test_numbers(text: str, comma: bool, low: float, high: float, unit: str) -> None:
    match = QUANTITY.search(text)
    assert match
    number = read(match, decimal_comma=comma)
    assert (number.low, number.high, number.unit) == pytest.approx((low, high, unit)) or (
        number.low == pytest.approx(low) and number.high == pytest.approx(high) and number.unit == unit
    )


def test_lines_of_markdown_know_where_they_stand() -> None:
    lines = parse("# T\n\nA:\n- b\n  - c\n    d\n\n> q\n\n```\ncode: 1\n```\n").lines
    by_text = {line.text: line for line in lines}
    assert by_text["c d"].number == 5
    assert by_text["c d"].number_at(2) == 6
    assert [parent.text for parent in by_text["c d"].parents] == ["b", "A:"]
    assert by_text["q"].quoted
    assert by_text["code: 1"].number == 11


@pytest.mark.parametrize("seed", range(80))
def test_random_documents(seed: int) -> None:
    """True sentences about random tables are never contradicted, and falsified ones are."""
    text, sentences = random_document(1000 + seed)
    result = audit(text)
    wrong = {one.claim.line for one in result.checked if one.verdict is C}
    false = {line for line, sentence in sentences.items() if not sentence.true}
    assert wrong <= false, text
    sure = {line for line, sentence in sentences.items() if not sentence.true and sentence.decidable}
    assert len(sure - wrong) <= 1, text


CORPUS = read_corpus()


@pytest.mark.slow
@pytest.mark.parametrize("document", CORPUS, ids=lambda document: document.path.stem)
def test_corpus_has_no_false_alarm(document: LabelledDocument) -> None:
    result = audit(document.path.read_text("utf-8"))
    reports = [Report(one.claim.line, one.claim.text) for one in result.checked if one.verdict is C]
    assert document.false_alarms(reports) == []


@pytest.mark.parametrize("language", ["uk", "en"])
def test_original_and_its_correction(language: str) -> None:
    [document] = [one for one in CORPUS if one.path.stem == f"original_{language}"]
    result = audit(document.path.read_text("utf-8"))
    reports = [Report(one.claim.line, one.claim.text) for one in result.checked if one.verdict is C]
    assert document.missed(reports) == []
    corrected = document.path.with_name(f"original_{language}.corrected.md").read_text("utf-8")
    assert audit(corrected).count(C) == 0


# -- the command -------------------------------------------------------------------------------------------


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "note.md"
    path.write_text(TABLES["uk"] + "- Найшвидший на MNIST: VGG16\n", "utf-8")
    out = tmp_path / "audit.json"
    assert main(["audit", str(path), "--json", str(out)]) == 1
    shown = capsys.readouterr()
    assert "суперечить" in shown.out
    assert "1 contradicted" in shown.err
    data = json.loads(out.read_text("utf-8"))
    [wrong] = [claim for claim in data["claims"] if claim["verdict"] == "contradicted"]
    assert wrong["extractors"] == ["VGG16"]
    assert wrong["datasets"] == ["MNIST"]
    assert wrong["found"][0]["value"] == 15.01
    assert wrong["found"][0]["line"] == 9
    assert data["summary"]["claims"] == len(data["claims"])


def test_command_is_clean_on_a_true_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "note.md"
    path.write_text(TABLES["en"] + "- Fastest on MNIST: Autoencoder\n", "utf-8")
    assert main(["audit", str(path), "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["summary"]["contradicted"] == 0


def test_command_against_a_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ["dataset,extractor,metric,value,seed"]
    rows += [f"mnist,custom_cnn,ari,{v},{s}" for s, v in enumerate((0.90, 0.92))]
    rows += [f"mnist,vgg16,ari,{v},{s}" for s, v in enumerate((0.40, 0.44))]
    csv = tmp_path / "rows.csv"
    csv.write_text("\n".join(rows), "utf-8")
    store = str(tmp_path / "store")
    assert main(["store", "import", str(csv), "--store", store]) == 0
    path = tmp_path / "note.md"
    path.write_text("На MNIST VGG16 має ARI 0,42. Найкращий на MNIST за ARI — VGG16.\n", "utf-8")
    assert main(["audit", str(path), "--store", store]) == 1
    shown = capsys.readouterr()
    assert "1 hold, 1 contradicted" in shown.err


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no such file"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"# Title\n\nNo table.\n", "no table"),
        (b"", "no table"),
    ],
)
def test_bad_input_is_one_line(
    content: bytes | None, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "note.md"
    if content is not None:
        path.write_bytes(content)
    assert main(["audit", str(path)]) == 2
    message = capsys.readouterr().err
    assert words in message
    assert message.count("\n") == 1


def test_an_empty_store_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "note.md"
    path.write_text("x\n", "utf-8")
    assert main(["audit", str(path), "--store", str(tmp_path / "none")]) == 2
    assert "no measurement" in capsys.readouterr().err


def test_nothing_to_check_against() -> None:
    with pytest.raises(InputError, match="--store"):
        audit("Найшвидший — VGG16.")
