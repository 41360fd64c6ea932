"""Drawing what `core.charts` made: {% chart it %}, {% row_chart it %}, {% spark it %}."""

from typing import Any

from django import template

from core.charts import Chart, RowChart, Spark

register = template.Library()


@register.inclusion_tag("components/charts/chart.html")
def chart(chart: Chart) -> dict[str, Any]:
    return {"chart": chart}


@register.inclusion_tag("components/charts/rows.html")
def row_chart(chart: RowChart) -> dict[str, Any]:
    return {"chart": chart}


@register.inclusion_tag("components/charts/spark.html")
def spark(spark: Spark | None) -> dict[str, Any]:
    return {"spark": spark}
