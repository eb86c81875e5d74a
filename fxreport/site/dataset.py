"""The measurements as a data set that search engines and loaders know: schema.org ``Dataset``, Croissant."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from fxreport.site.addresses import absolute
from fxreport.site.citation import AUTHORS, bibtex
from fxreport.site.downloads import DATA, MEANS, MEASUREMENTS, Download
from fxreport.site.model import FRONT, Site
from fxreport.site.text import json_in_html

_TYPES = {".csv": "text/csv", ".parquet": "application/vnd.apache.parquet", ".json": "application/json"}
_NUMBERS = {
    "value": "sc:Float", "mean": "sc:Float", "sd": "sc:Float", "seed": "sc:Integer", "seeds": "sc:Integer",
    "n": "sc:Integer", "input_size": "sc:Integer", "imported": "sc:Boolean",
}  # fmt: skip
_CONTEXT = {
    "@language": "en", "@vocab": "https://schema.org/", "citeAs": "cr:citeAs", "column": "cr:column",
    "conformsTo": "dct:conformsTo", "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/", "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"}, "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty", "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract", "field": "cr:field", "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject", "fileSet": "cr:fileSet", "format": "cr:format", "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset", "jsonPath": "cr:jsonPath", "key": "cr:key", "md5": "cr:md5",
    "parentField": "cr:parentField", "path": "cr:path", "recordSet": "cr:recordSet",
    "references": "cr:references", "regex": "cr:regex", "repeated": "cr:repeated", "replace": "cr:replace",
    "samplingRate": "cr:samplingRate", "sc": "https://schema.org/", "separator": "cr:separator",
    "source": "cr:source", "subField": "cr:subField", "transform": "cr:transform",
}  # fmt: skip


def dataset_json(site: Site, lang: str, files: Iterable[Download], authors: Sequence[str] = AUTHORS) -> str:
    """schema.org's ``Dataset`` for the head of a page in one language, safe inside a script element."""
    data = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        **_described(site, lang, authors),
        "distribution": [
            {
                "@type": "DataDownload",
                "name": one.path.name,
                "contentUrl": absolute(site, one.path),
                "encodingFormat": _TYPES[one.path.suffix],
                "contentSize": f"{len(one.data)} B",
                "sha256": one.sha256,
            }
            for one in _data(files)
        ],
    }
    return json_in_html(data, ensure_ascii=False, sort_keys=True)


def croissant(site: Site, files: Iterable[Download], authors: Sequence[str] = AUTHORS) -> bytes:
    """``croissant.json`` (MLCommons, 1.0): the files with their hashes, and the columns of the tables."""
    there = _data(files)
    lang = "en" if "en" in site.title else site.default
    described = _described(site, lang, authors)
    data = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        **described,
        "citeAs": bibtex(site, authors).decode(),
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": one.path.name,
                "name": one.path.name,
                "contentUrl": absolute(site, one.path),
                "encodingFormat": _TYPES[one.path.suffix],
                "contentSize": f"{len(one.data)} B",
                "sha256": one.sha256,
            }
            for one in there
        ],
        "recordSet": [_records(one) for one in there if one.path in (MEASUREMENTS, MEANS)],
    }
    return (json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def _records(one: Download) -> dict[str, Any]:
    name = one.path.stem
    header = next(csv.reader(io.StringIO(one.data.decode())))
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{name}/{column}",
                "name": f"{name}/{column}",
                "dataType": _NUMBERS.get(column, "sc:Text"),
                "source": {"fileObject": {"@id": one.path.name}, "extract": {"column": column}},
            }
            for column in header
        ],
    }


def _described(site: Site, lang: str, authors: Sequence[str]) -> dict[str, Any]:
    front = next((page for page in site.pages if page.kind == FRONT and page.lang == lang), None)
    found = {
        "name": site.title[lang],
        "description": (front.summary if front else "") or site.title[lang],
        "creator": [{"@type": "Organization", "name": author} for author in authors],
        "datePublished": site.created[:10],
        # as a version of data is told by its day
        "version": site.created[:10].replace("-", "."),
        "url": site.base,
        "inLanguage": sorted(site.title),
    }
    return {name: value for name, value in found.items() if value}


def _data(files: Iterable[Download]) -> list[Download]:
    return [one for one in files if one.group == DATA and one.path.suffix in _TYPES]
