from reports.models.run import ReportRun
from reports.models.schedule import ReportSchedule

__all__ = ["ReportRun", "ReportSchedule"]
