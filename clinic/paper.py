"""Data and a layout become a PDF. What is printed is data, never markup, so it prints as it is."""

import json
from collections.abc import Mapping
from typing import Any

import typst


def set_paper(layout: bytes, data: Mapping[str, Any]) -> bytes:
    """Return the tagged PDF (PDF/UA-1) of a typst layout that reads ``sys.inputs.data``.

    The standard refuses a text whose letters no font of ours has, such as a name in Chinese. Such
    a paper is set without claiming the standard: better a box in a name than no paper.
    """
    inputs = {"data": json.dumps(data)}
    try:
        return typst.compile(layout, format="pdf", sys_inputs=inputs, pdf_standards="ua-1")
    except typst.TypstError as error:
        if "could not be displayed with font" not in str(error):
            raise
    return typst.compile(layout, format="pdf", sys_inputs=inputs)
