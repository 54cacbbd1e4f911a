from django.db import migrations


def add(apps, schema_editor):
    """The calendar of plants that have none of their own, with the days that the model gives."""
    apps.get_model("plants", "ReportingCalendar").objects.get_or_create(name="Monthly")


class Migration(migrations.Migration):
    dependencies = [("plants", "0001_initial")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop, elidable=True)]
