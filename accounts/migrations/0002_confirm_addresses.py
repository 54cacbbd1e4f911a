from django.conf import settings
from django.db import migrations


def confirm_addresses(apps, schema_editor):
    """Who could sign in until now was entered by an administrator: their address counts as confirmed."""
    User = apps.get_model("accounts", "User")
    EmailAddress = apps.get_model("account", "EmailAddress")
    known = EmailAddress.objects.values_list("user_id", flat=True)
    people = User.objects.exclude(pk__in=known).values_list("pk", "email")
    EmailAddress.objects.bulk_create(
        [EmailAddress(user_id=pk, email=email.lower(), verified=True, primary=True) for pk, email in people]
    )


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [migrations.RunPython(confirm_addresses, migrations.RunPython.noop, elidable=False)]
