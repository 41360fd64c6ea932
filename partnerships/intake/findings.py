"""What is said about a file and its rows: codes and facts are kept, words are made in the language of whoever reads."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.formats import language
from core.text import clean
from partnerships.choices import Verdict
from partnerships.duplicates import REASONS

Finding = dict[str, Any]  # {"verdict", "column", "value", "code", "facts"}
VALUE_LETTERS = 200  # of a value that is kept with its finding

# Why a file cannot be read, with what helps.
PROBLEMS: dict[str, tuple[str | Promise, str | Promise]] = {
    "empty": (_("The file is empty."), _("Choose the file that holds the list, or paste the table.")),
    "not_a_sheet": (_("This is no XLSX and no CSV file, whatever its name says."), _("Open it in a spreadsheet program and save it as XLSX.")),
    "old_xls": (_("This is an old Excel file (XLS)."), _("Open it in a spreadsheet program and save it as XLSX.")),
    "password": (_("The file is protected by a password."), _("Save it without the password and bring it again.")),
    "damaged": (_("The file is damaged: it does not open."), _("Open it in a spreadsheet program, save it as a new XLSX file and bring that one.")),
    "too_large": (_("The file is too large."), _("Keep the list only, without pictures and empty sheets, or divide it into several files of at most 15 MB.")),
    "too_many_rows": (_("The file has more than %(limit)s rows."), _("Divide it into several files.")),
    "too_many_columns": (_("The file has more than %(limit)s columns."), _("Keep the columns of the list only.")),
    "far_away": (_("There is a value far below the list, in row %(row)s."), _("Delete the empty rows and columns around the list, save the file and bring it again.")),
    "too_slow": (_("Reading the file takes too long."), _("Copy the list alone into a new file and bring that one.")),
    "open_quote": (_("A quotation mark is opened and never closed."), _("Save the list as XLSX, or put the closing quotation mark.")),
    "no_header": (
        _("No row with the names of the columns was found."),
        _("Write them above the list, for example: code, Arabic name, kind, wilaya. Or say by hand what the columns are."),
    ),
    "no_rows": (_("There is no row below the names of the columns."), _("Choose the file that holds the list.")),
    "no_such_sheet": (_("There is no sheet “%(sheet)s” in this file."), _("Its sheets: %(sheets)s.")),
    "garbled": (_("The letters of this file are garbled."), _("Save it again from the program it comes from, as XLSX or as CSV UTF-8.")),
    "failed": (_("The portal could not finish reading this file."), _("Bring it again; if that fails too, tell the administrator.")),
}  # fmt: skip

REFUSED, WARNING, SKIPPED, DOUBLE = Verdict.REFUSED, Verdict.WARNING, Verdict.SKIPPED, Verdict.POSSIBLE_DUPLICATE

# code: (verdict, reason, suggestion, suggestion where the fact "guess" is known)
WORDS: dict[str, tuple[Verdict, str | Promise, str | Promise, str | Promise]] = {
    # Names
    "name_missing": (REFUSED, _("The name is missing."), _("Write the name of the institution, in Arabic if it has one."), ""),
    "name_ar_missing": (WARNING, _("The Arabic name is missing."), _("Add it: the portal is read in Arabic first."), ""),
    "name_not_arabic": (WARNING, _("There is not one Arabic letter in the Arabic name."), _("Write the name in Arabic."), ""),
    "too_long": (REFUSED, _("%(letters)s letters are too many; at most %(limit)s fit."), _("Shorten it."), ""),
    "garbled": (
        REFUSED, _("The letters are garbled: the file was saved in one alphabet and opened in another."),
        _("Save the list again from the program it comes from, as XLSX or as CSV UTF-8."), _("It probably says: %(guess)s"),
    ),
    "renamed": (WARNING, _("The code is kept with another name: %(name)s"), _("Check that the code is the right one."), ""),
    # Kind
    "kind_missing": (REFUSED, _("The kind of institution is missing."), _("Write a kind of the reference list, for example EPH or CHU."), _("Probably %(guess)s.")),
    "kind_unknown": (
        REFUSED, _("This kind of institution is not in the reference list."), _("Write its code or its name as in the reference list, for example EPH or CHU."),
        _("Probably %(guess)s."),
    ),
    # Place
    "country_unknown": (REFUSED, _("This country is not known."), _("Write its two letters or its name, for example DZ."), _("Probably %(guess)s.")),
    "region_missing": (REFUSED, _("The region is missing."), _("Write its number or its name."), ""),
    "region_unknown": (REFUSED, _("This region is not known."), _("Write its number or its name as in the reference list."), _("Probably %(guess)s.")),
    "region_name_unknown": (WARNING, _("The name of the region is not known; its code was taken."), _("Write the name as in the reference list."), _("Probably %(guess)s.")),
    "region_abroad": (REFUSED, _("This region is not in the country of the row, %(country)s."), _("Correct the region or the country."), ""),
    "region_contradicts_code": (
        REFUSED, _("The region contradicts the code of the institution, which says %(code_region)s."), _("Correct the region or the code."), "",
    ),
    "region_contradicts_name": (
        REFUSED, _("The name of the region contradicts its code, which says %(region)s."), _("Correct the one that is wrong."), "",
    ),
    "regions_contradict": (
        REFUSED, _("%(today)s was never part of %(region)s."), _("Correct the one that is wrong."), "",
    ),
    "point_invalid": (REFUSED, _("This is no latitude or longitude."), _("Write degrees with a decimal point, for example 36.7538."), ""),
    "point_half": (REFUSED, _("Latitude and longitude belong together: one of them is missing."), _("Write both, or none."), ""),
    "point_swapped": (REFUSED, _("Latitude and longitude have changed places."), _("Write latitude %(latitude)s and longitude %(longitude)s."), ""),
    "point_outside": (REFUSED, _("The point is outside the country, %(country)s."), _("Correct the point, or leave it empty."), ""),
    "point_far": (WARNING, _("The point is %(km)s km from the middle of the region, %(region)s."), _("Check the point and the region."), ""),
    # Code
    "code_invalid": (REFUSED, _("A code is made of Latin letters, digits and hyphens, at most 30."), _("Correct it, or leave it empty: the portal makes one."), ""),
    "code_abroad": (REFUSED, _("The code begins with %(code_country)s, the country is %(country)s."), _("Correct the code or the country."), ""),
    "code_kind": (WARNING, _("The code speaks of another kind: %(code_kind)s."), _("Check the code and the kind."), ""),
    # Figures, days, addresses
    "count_invalid": (REFUSED, _("This is no whole number."), _("Write digits only, for example 120."), _("Write %(guess)s.")),
    "count_negative": (REFUSED, _("A number of things cannot be negative."), _("Correct it, or leave it empty."), _("Write %(guess)s.")),
    "count_absurd": (REFUSED, _("No institution has that many; at most %(limit)s are taken."), _("Correct it, or leave it empty."), ""),
    "day_invalid": (REFUSED, _("There is no such day."), _("Write day, month and year, for example 05/11/2026."), ""),
    "day_ahead": (REFUSED, _("This day is in the future."), _("Write the day on which the profile was really looked through."), ""),
    "email_invalid": (REFUSED, _("This is no e-mail address."), _("Write it like name@example.dz, one only."), ""),
    "phone_invalid": (REFUSED, _("This is no telephone number."), _("Write digits, for example +213 21 23 45 67."), ""),
    "website_invalid": (REFUSED, _("This is no address of a website."), _("Write it like https://example.dz."), ""),
    "level_unknown": (REFUSED, _("This level of care is not known."), _("Write primary, secondary or tertiary."), ""),
    "yes_no_unknown": (REFUSED, _("Yes or no is asked here."), _("Write yes or no."), ""),
    "specialty_unknown": (
        WARNING, _("This specialty is not in the reference list; it is left out."), _("Write it as in the reference list."), _("Probably %(guess)s."),
    ),
    "identity": (
        REFUSED, _("This looks like a patient’s number or telephone."), _("Take it out: the portal keeps nothing that identifies a patient."), "",
    ),
    "cell_error": (REFUSED, _("The cell holds an error of its formula, %(error)s."), _("Write the value instead of the formula."), ""),
    "uncalculated": (
        REFUSED, _("The cell holds a formula without its result; the portal does not calculate."),
        _("Open the file in a spreadsheet program, save it and bring it again, or write the value."), "",
    ),
    # Twice, or already there
    "code_twice": (REFUSED, _("The code stands in row %(row)s already, for other values."), _("Keep the row that is right, or correct the code."), ""),
    "twice": (REFUSED, _("The same institution stands in row %(row)s already, with other values."), _("Keep the row that is right."), ""),
    "row_twice": (SKIPPED, _("The same row stands in row %(row)s already."), _("Nothing to do."), ""),
    "merged_away": (SKIPPED, _("This institution was merged into %(code)s."), _("Use the code %(code)s."), ""),
    "looks_like": (DOUBLE, _("It could be %(code)s, %(name)s: %(reasons)s."), _("Say whether it is the same, or a new one."), ""),
    "looks_like_row": (DOUBLE, _("It could be the institution of row %(row)s: %(reasons)s."), _("Say whether it is a new one, or leave it out."), ""),
    # Left out
    "totals_row": (SKIPPED, _("A row of totals."), _("Nothing to do."), ""),
    "header_again": (SKIPPED, _("The names of the columns once more."), _("Nothing to do."), ""),
    "note_row": (SKIPPED, _("A heading or a remark, no institution."), _("Nothing to do."), ""),
    "hidden_row": (SKIPPED, _("The row is hidden in the sheet."), _("Show it, or import with what is hidden."), ""),
    "hidden_sheet": (SKIPPED, _("The sheet is hidden."), _("Show it, or import with what is hidden."), ""),
    "no_header_here": (SKIPPED, _("No row of this sheet names the columns: the sheet is left out."), _("If it holds institutions, write the names of the columns above them."), ""),
    "unknown_column": (SKIPPED, _("This column is not known and is left out."), _("If it is needed, say by hand what it is."), _("Probably %(guess)s.")),
}  # fmt: skip


def found(code: str, /, column: str = "", value: str = "", **facts: Any) -> Finding:
    """One finding; `facts` are JSON, a thing with names in three languages is `named(thing)`."""
    return {"verdict": WORDS[code][0].value, "column": column, "value": clean(value[:VALUE_LETTERS]), "code": code, "facts": facts}


def named(thing: Any) -> dict[str, str]:
    """A row of a reference list as a fact: whoever reads it gets the name in their language."""
    return {"code": thing.code, "ar": thing.name_ar, "fr": thing.name_fr, "en": thing.name_en}


def spoken(fact: Any) -> str:
    """A fact in words of the active language."""
    if isinstance(fact, dict):
        name = fact.get(language()) or fact["fr"] or fact["en"] or fact["ar"]
        return f"{fact['code']} ({name})" if fact.get("code") and fact["code"] != name else name
    if isinstance(fact, list):
        comma = "، " if language() == "ar" else ", "
        return comma.join(str(REASONS.get(item, item)) for item in fact)
    return str(fact)


def words(finding: Finding) -> tuple[str, str]:
    """(reason, suggestion) of a finding, in the active language."""
    _verdict, reason, suggestion, guess = WORDS[finding["code"]]
    facts = {name: spoken(fact) for name, fact in finding["facts"].items()}
    if guess and facts.get("guess"):
        suggestion = guess
    return str(reason) % facts, str(suggestion) % facts


def problem_words(problem: str) -> tuple[str, str]:
    """(reason, suggestion) of why a file cannot be read, as kept by `kept_problem`."""
    code, _, facts = problem.partition(" ")
    reason, suggestion = PROBLEMS.get(code, PROBLEMS["failed"])
    given = dict(pair.split("=", 1) for pair in facts.split("\t") if "=" in pair)
    return str(reason) % given, str(suggestion) % given


def kept_problem(code: str, facts: dict[str, Any]) -> str:
    """A problem as one text: its code, and its facts."""
    return f"{code} " + "\t".join(f"{name}={' '.join(str(fact).split())}" for name, fact in facts.items())
