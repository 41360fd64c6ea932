"""Codes of issued documents as people type them."""

import pytest

from core.seals import ALPHABET, CODE_LENGTH, new_code, read_code, spaced


def test_code_has_130_bits_and_no_two_are_alike():
    codes = {new_code() for _time in range(2000)}

    assert len(codes) == 2000
    assert all(len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) for code in codes)
    assert len(ALPHABET) ** CODE_LENGTH >= 2**128


def test_code_is_read_as_people_type_it():
    code = new_code()
    worn = spaced(code).lower().replace("0", "o").replace("1", "l")

    assert read_code(code) == read_code(f"  {worn} ") == read_code(spaced(code).replace("-", " ")) == code


@pytest.mark.parametrize("typed", ["", "ABC", "../../etc/passwd", "U" * 26, "0" * 27, "٠" * 26, "<script>" * 4])
def test_what_cannot_be_a_code_is_none(typed):
    assert read_code(typed) == ""
