from django.db import migrations


def add(apps, schema_editor):
    """A new site's calendar of plants that have none of their own, with the days that the model gives."""
    calendars = apps.get_model("plants", "ReportingCalendar").objects
    if not calendars.exists():
        calendars.create(name="Monthly")


class Migration(migrations.Migration):
    dependencies = [("plants", "0001_initial")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop, elidable=True)]
