from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('competitions', '0003_move_standings'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='standingsrun',
            name='group_hashes',
        ),
        migrations.DeleteModel(
            name='Standing',
        ),
    ]
