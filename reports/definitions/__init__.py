"""The reports of the portal, in the order of the page. Importing this registers them."""

from reports.definitions import narratives, missions, agreements, late, support, localisation  # noqa: F401, I001 – the order of the page
