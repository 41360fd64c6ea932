"""The parts of the dashboards, one module each. They read across apps and write nothing.

Every figure starts from what its reader may count: the reach of `report.view`, inside `Chosen.cell`.
"""
